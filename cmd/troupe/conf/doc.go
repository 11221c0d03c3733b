// Package conf turns a configuration file, and one setting at a time, into what
// the troupe process runs with.
//
// The language of the file is read by package lang, which also says what a value may be, and where in the file a mistake
// stands. The keys of blocks are in packages below internal, one for each thing that blocks are about: accounts,
// operators, network, storage. This package owns the keys of the top level, and what all of it becomes: [Settings], with
// actors.Config as their largest part. Command-line flags go through the same table of keys, by [Settings.Set].
//
// A program that embeds the broker begins with [ReadFile], whose result is what
// actors.Start wants. Blocks of extensions are read into structures of theirs: see
// [Blocks].
//
// It promises that a key which the broker does not know is an error that names its line, and
// that a flag means what the key of the same name means.
//
// It does not watch files, open logs or start anything.
package conf
