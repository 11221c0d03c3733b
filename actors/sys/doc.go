// Package sys is the service of the system account: it answers what the tools
// around a NATS server ask by messages ($SYS.REQ.SERVER.PING, $SYS.REQ.USER.INFO
// and their kin), and tells who listens there what happens (connects, disconnects,
// failed authentication, and the state of the server every few seconds).
//
// It is an actor that is a client of the broker, made of nothing but the API for
// extending it: a client to subscribe and answer with, a tap to hear of
// connections, and the documents of package documents. Who asks is taken from the
// broker and not from the request: outside of the system account only a handful of
// subjects are answered, each restricted to the account of the one who asks.
//
// A request is answered by a goroutine, a few at a time; a few more wait. What exceeds
// that is dropped and counted: the oldest of the client that has sent most, in the account
// that has. A document that cannot be made because of a
// panic is an error to the one who asked, and an event.
//
// Nothing is kept for a connection, and nothing is published that nobody hears.
package sys
