// Package usage is what the troupe command says of its flags: the help, the manual page and the completions of shells.
//
// It owns the flags' names, and how they read in each of these forms. What a flag does that sets a key of the configuration file
// is said in the words of package keys. It promises that all forms name the same flags. It must not parse a command line: package
// troupecmd does, whose tests hold that the flags are those of the text.
package usage
