// Package accounts reads who may come in, and what it may do: the blocks authorization, accounts and mappings of a
// configuration file.
//
// It owns the keys of these blocks, and where in the file an account, a user or an import stands. What is wrong with
// several of them together is found when the whole file is read, by [File.Check], and noted at the block that can be mended.
//
// It promises that a password in plain text is worth a warning, and never quoted.
//
// It must not know what operators sign, which is in package operators, nor let anybody in: the values are for package
// access, which also says what is wrong with them.
package accounts
