// Package lang reads the language of configuration files: text becomes blocks, lists and values, each with the place
// where it stands, and a value becomes what a setting needs.
//
// The language is the one that NATS servers share, so the package that defines it parses it: comments, units,
// variables, includes and JSON mean here what they mean there. What the parser leaves open is in this package: files
// that include themselves, columns that count from 1, and which definitions are variables and no settings.
//
// It owns the [Reader], which goes through the blocks of one file and collects all that is wrong; the tables of keys,
// by [Table] and [Set]; and what a value may be, by [ToText] and its kin.
//
// It promises that each mistake names its file, line and column, and that a value means the same wherever it stands, in a file
// or on a command line.
//
// It must not know which keys there are. What a key does is told by whoever reads its block.
package lang
