// Package yield lets others run before a goroutine goes on that has much to do.
//
// It owns how that is done. It promises that who is ready runs first, and so does who waits for a socket
// that has become readable by now. [runtime.Gosched] does not: a processor looks for readable sockets
// when it finds no goroutine that is ready, and where some have always much to do it finds one. Then the
// runtime looks every 10 ms only, and a client that sends one line waits for that long.
//
// It must not decide when: package steps knows how long that takes which a goroutine does.
//
// # How
//
// The goroutine waits for a pipe, into which it has written, as others wait for their sockets. So it is
// not ready before the runtime has looked, and whoever that finds before it goes before it. Those who
// yield do so one at a time: each of them has the runtime look once.
package yield
