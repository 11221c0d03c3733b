// Package batch is the unit that actors send each other: the complete commands of one read of
// one connection.
//
// It owns [Batch] and [Entry], the texts that are not in the input as they are needed, and the
// countdown of those who are not done. It promises that a batch is routed exactly once: the
// last party calls its [Publisher], and nobody else does. It must not know who carries it
// out, who is told of it, or how its bytes came.
//
// # Why a batch
//
// Actors that send each other every NATS message pay for a queue, a wake-up and a cache miss
// for each of them, which can be more than what is done with the message. A read of a socket
// brings many commands at once where there is much to do. So the commands of one read travel
// together, and the price is paid once for all of them. Where there is little to do a batch
// has one entry, and nobody is in a hurry.
//
// # Why one in flight
//
// A connection makes its next batch when the last one is committed, and its source brings no
// more input before all of it is parsed. From this one rule follow:
//
//   - the order of a publisher's messages, over all subjects and partitions;
//   - PONG as a barrier;
//   - a SUB before a PUB is seen in that order;
//   - a bound on the memory that a publisher takes, however fast it sends;
//   - back-pressure by TCP itself;
//   - that what belongs to a commit, such as what taps are to be told, can belong to the
//     connection.
//
// # Entries
//
// An entry points into the connection's input ([Batch.Buf]). Nothing is copied before the
// commit encodes it into the outgoing bytes of a target. A text that has to be spelled anew,
// a mapped subject or a reply in another account, stands in [Batch.Spelling].
//
// An entry has the number of the account that it is routed in, so that a message which is seen
// in another account is an entry like any other ([Batch.Derive]).
//
// # Routes and runs
//
// A route is, for one partition, the numbers of the entries that it must look at. Nobody scans
// the batch for others.
//
// A run is entries in a row that publish to the same subject. Publishers repeat themselves. The
// parser marks a PUB whose subject equals the one before it ([Entry.Repeat]); such an entry is
// not routed and not matched again, and the commit takes the whole run at once
// ([Batch.RunAt]).
//
// # Rounds
//
// What a message goes to is a result of its own where nobody else publishes to its subject, and may be a megabyte if a client has ten
// thousand subscriptions for it. Two thousand of them would be made before the first is committed. So partitions leave
// the rest of their routes when much was made for a batch ([MostMade]). What is routed by all of them is committed ([Batch.Routed]), and
// then one of them goes on ([Batch.NextRound]). An UNSUB or SUB that concerns all partitions is in no batch with messages, so that this is no
// other order than before.
//
// # Parties
//
// [Batch.Parties] counts partitions, or taps that block, that are not done, and one for the
// connection while it dispatches. The connection uses [Batch.Done] and goes on at once if it is
// the last. The others use [Batch.Finish]: the last of them tells the publisher.
package batch
