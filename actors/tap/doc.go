// Package tap is the contract between a tap and the broker. A tap is an actor that is told
// what happens in the broker, without being a client.
//
// It owns the words of that contract: [Spec], [Batch], [Record], [Gap], [Status]. The broker
// promises that the records of one connection come in the order in which it did things, that
// every record which a tap is not given is counted in a [Gap], and that a tap with [Block] has a
// message before the message is acknowledged. It does not promise that a tap with [Drop] is told
// of everything: what such a tap misses is a gap, and what a connection was committing when it
// crashed is not told of at all. The package must not import any part of the engine.
//
// # Write one
//
// A tap is any actor whose Receive handles *[Batch]:
//
//	func (c *counter) Receive(ctx actor.Context) {
//		batch, ok := ctx.Message().(*tap.Batch)
//		if !ok {
//			return // Started and the like
//		}
//		for r := range batch.Records() {
//			c.seen[r.Kind]++
//		}
//	}
//
// actors.WithTap starts it with the broker, so that nothing escapes it. Broker.AddTap adds it to a
// broker that runs. [NewBatch] makes a batch for a test of Receive.
//
// A tap has taken a batch when its Receive returns. A tap that goes on meanwhile, for example one
// that writes many batches to a disk at once, calls [Batch.Hold] and later [Batch.Done].
//
// A tap may join (package client) and publish what it is told of. It must then not be told of what
// it publishes itself, or the two go round for ever: join with client.Options.Internal, or leave its
// own subjects out of [Spec.Subjects].
//
// # What it is told
//
// A tap chooses its feeds and the subjects of messages.
//
//   - [Lifecycle]: who comes, goes and is refused, subscriptions, and what supervisors do.
//   - [Commands]: every message that is published on one of [Spec.Subjects].
//   - [Presence]: the part of Lifecycle that does not concern commands. It costs nothing while
//     clients are connected.
//
// [Record.Origin] says who did it. The broker says so, and not the client. It is nil for what no client
// did. No password, token or signature is in a record.
//
// # Drop or block
//
// The two policies differ in all that follows.
//
//	                          Drop                            Block
//	told                      after the commit, with the      before the commit, with
//	                          outcome                         OutcomeAccepted, and what is denied
//	given                     MaxBatch records at a time, or  at once; what comes meanwhile is
//	                          what there is after MaxDelay    the next batch
//	when MaxBytes wait        records are lost until half of  connections wait with their batches
//	                          it is free; a Gap counts them
//	nobody takes it           a Gap                           after Deadline -ERR 'Message Not
//	                                                          Recorded' for each message, or with
//	                                                          LetThrough a Gap
//	nothing is taken for      the tap is left off             messages are refused at once until it
//	StuckAfter                                                takes something; with LetThrough it
//	                                                          is left off
//
// With Block, +OK and PONG mean that the tap has the message. A message that the tap was given and that was
// refused all the same, because it was late or because its publisher ended, it is told of again, with the same
// Seq and [OutcomeRefused].
//
// # When it fails
//
// A tap that panics is restarted with a back-off, and is given again what it had not taken. Records that crash it
// a second time are left out, with a Gap or an -ERR. A tap that may lose something is left off when it fails too
// often. One that may not is started again for ever, because without it nothing could be published that it wants.
//
// # Why taps and not hooks
//
// A hook runs in the goroutine of whoever causes the event. If it is slow, the client is slow. If it panics, the
// client is gone, or the process. A tap is an actor: it has its own goroutine, its own queue with a bound, its own
// crash policy, and a written answer to the question of what happens when it does not keep up.
package tap
