// Package usage is what the troupe command says of its flags: the help, the manual page and the completions of shells.
//
// It owns the text, and how it reads in each of these forms. It promises that all of them name the same flags. It must not parse
// a command line: package troupecmd does, whose tests hold that the flags are those of the text.
package usage
