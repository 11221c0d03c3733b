// Package steps bounds how long one actor works on what one client has asked for
// before others have their turn.
//
// It owns the unit of work: about a nanosecond, estimated and not measured, because a
// look at the clock costs as much as a delivery. Erlang calls the like of it
// reductions. A handler whose work a client can make large spends what it does from a
// Work. When that is over, it leaves what it has made, remembers where it is, and has
// itself called again behind whatever waits in its mailbox.
//
// It also has the turns of goroutines that work for clients beside the actors ([Turns]), and
// lets others run before such a one goes on ([Yield]).
//
// It promises that a step is about a millisecond long, whoever asks. It knows no
// actor and no client, and must not.
package steps
