// Package flight remembers the last commands of one client: what each was, its subject
// and sizes, and when it came. Where a connection crashes or is evicted, they are told
// with the failure; nobody can repeat what a client has done otherwise.
//
// It owns [Recorder], a ring of bytes that grows with what it holds. It promises that a
// recorder has no more than [Most] commands, that each takes no more than a bound,
// whatever its client writes, and that one which holds nothing has no memory. It
// must not keep a payload, nor the argument of CONNECT, in which secrets are.
//
// A command is noted when its batch is carried out, since what is in between is in the
// batch. Of a batch only the last [Most] are looked at, so that a read which brings
// thousands costs no more than one that brings a few.
package flight
