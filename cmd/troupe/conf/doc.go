// Package conf turns a configuration file, and one setting at a time, into what
// the troupe process runs with.
//
// The language of the file is the one that NATS servers share, so the package
// that defines it reads it: comments, units, variables, includes and JSON mean
// here what they mean there. This package owns everything behind the language:
// which keys there are, what a value may be, and where in the file a mistake
// stands. Command-line flags go through the same table of keys, by
// [Settings.Set].
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
