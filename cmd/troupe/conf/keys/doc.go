// Package keys is what the keys of the configuration file mean, in a line each.
//
// It owns the words, of which the help of the command, its manual page and the table in its README are made. It promises that
// every key of the top level that is honoured has a line, and no other: a test of package conf holds that. It must not know what
// a key does, nor which values it may have.
package keys
