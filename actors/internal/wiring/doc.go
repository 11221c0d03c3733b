// Package wiring is what the parts of a broker are told of the configuration, each in its own words.
//
// It owns the translations from package config. It promises that whoever adds a setting to a part finds one
// place where it comes from. It must not decide anything: what is valid, and what the defaults are, is in
// package config.
package wiring
