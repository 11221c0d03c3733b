// Package decode reads a block of a configuration file into a structure that somebody else has defined: an extension.
//
// It owns what a field is called in the file, and what may be in a field of each type.
//
// It promises that a mistake in the block stands where its key does, and that what cannot be read into is an error of
// whoever wrote the structure.
//
// It must not know which extensions there are.
package decode
