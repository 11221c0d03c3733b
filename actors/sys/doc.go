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
// A document that cannot be made because of a panic is an error to the one who asked, and
// an event.
//
// It owns the subjects of the system account and the form of answers and events. It promises
// that an answer outside of the system account is about the account of the one who asks,
// whatever the request says. It must not use anything of the broker that another extension
// could not use, nothing is kept for a connection, and nothing is published that nobody hears.
//
// # Requests
//
// The actor is a client in every account, with client.Options.Internal: such a connection is
// in no list, no count and no limit, and cannot be kicked. In the system account it subscribes
// to every subject that it answers and to no other, so that who asks for anything else hears
// that nobody is there. In other accounts it subscribes to a handful.
//
// source.answer maps a request and its origin to an answer or to silence. It runs on a
// goroutine; as many answer at a time as atOnce says, and mayWait more requests wait. What
// exceeds that is dropped and said in the log: the oldest of the client that has sent most, in
// the account that has.
//
// How many subscriptions a subject has ($SYS.DEBUG.SUBSCRIBERS) is counted by each server of the cluster for itself. The actor of
// the one who is asked asks the others, and says the sum when all have answered, or after gatherTime. It waits for as many sums as
// mayGather says. Which connections and servers were silent, and are not counted, is said in headers beside the number.
//
// # Events
//
// Events come from a tap with the presence feed, which looks at no commit. The tap is there
// while somebody can log in to the system account. Of one batch of records each subject is asked
// once whether anybody listens, and no event is made that nobody hears.
package sys
