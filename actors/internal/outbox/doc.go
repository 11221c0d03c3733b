// Package outbox is what a connection has still to write.
//
// It owns the queue of one client's outgoing bytes, the pools of their buffers, and what the
// writer goroutine has been given. It promises that bytes are written in the order in which
// they were pushed, that a message is written whole or not at all unless the transport fails,
// and that the broker's own answers are never shed. It must not know a connection, a
// subscription or a limit: it is told how much is too much.
//
// # Two ways to write
//
// When a connection's mailbox is empty it writes what the socket takes without waiting
// ([Outbox.Offer]), on whatever goroutine it happens to run. What does not fit goes to a
// [Writer] on a goroutine of its own, one quota at a time ([WriterQuota], [Share]). The rest
// stays with the actor, which may want to drop it or to fail. When the quota is written, or
// when a write made no progress for the write deadline, the actor is told. A transport that
// cannot write without waiting always goes by the writer.
//
// # Deliver
//
// A [Deliver] is encoded bytes for one connection: the message and the buffer in one. The
// receiver owns it and recycles it when it is written. Buffers come from pools of a few sizes.
// A commit gathers up to [FullDeliver] bytes for one target before it posts them and begins
// anew. Small pieces are copied behind the one before (coalesce), so that many small
// deliveries become one write.
//
// [Copies] are a Deliver of many messages that are not bytes yet. The writer spells them,
// in turns and steps (package steps). They count against a limit as what they will be, and
// in memory as what they are.
//
// Where the receiver is an actor, a Deliver has the publisher's Origin beside the bytes.
package outbox
