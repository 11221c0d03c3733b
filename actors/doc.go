// Package actors is the broker: connections, partitions and listeners as actors,
// and the way to embed it.
//
// Every client connection is an actor. What one read of its socket brought is
// parsed into one batch of commands; the batch visits the subject partitions it
// concerns, each of which is an actor too and holds the subscriptions of its
// subjects; when the last of them is done the connection commits the batch in
// publish order: it encodes MSG lines for every target and sends each target one
// deliver. One batch is in flight for each connection, and that single rule
// gives the order that NATS promises, PONG as a barrier, bounded memory for each
// publisher and back-pressure by TCP itself.
//
// The unit between actors is the batch, never the single message. That is what
// makes actors cost nothing here.
//
// The package does not know bytes on the wire (package wire), how subjects match
// (package topics) or what to do about a crash (package supervisor).
package actors
