// Package storage reads what is for the engine, which stores: the blocks jetstream, engine and mqtt of a configuration
// file.
//
// It owns which of their keys are handed on as they are, and what their values may be.
//
// It promises that a mistake in a key that is handed on is found here, where it has a line, and not by the engine.
//
// It must not say what an account may store: that is in the block of the account, and in package accounts.
package storage
