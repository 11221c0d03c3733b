// Package config is what can be set about a broker: [Config], its parts, and what is wrong with one.
//
// It owns every setting: its meaning, its unit, its default, and what a reload does with it. It promises that
// [Config.Validate] finds all that is wrong at once, that [Diff] knows every field, and that what [Config.WithoutSecrets] returns
// may be shown to anybody. It must not start or change anything: package actors puts a Config into force. Programs write
// actors.Config for [Config], and read files by package conf under cmd/troupe.
package config
