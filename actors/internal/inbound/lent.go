package inbound

// This file is the input of a client that is an actor. It writes into the buffers itself that
// others read their sockets into.

// Lend lends a buffer of n bytes at least. It is given back with the input that it is in.
func Lend(n int) *[]byte { return buffers.get(fitting(max(n, readSize))) }

// Lent is an input of text, which is at the beginning of a buffer that was lent; nil if it was not.
func Lent(text []byte, lent *[]byte) Input { return Input{Buf: text, pooled: lent, W: len(text)} }
