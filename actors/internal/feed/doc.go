// Package feed is what stands between the commits of connections and the actor of one tap.
//
// It owns the queue of a tap, what of it is in the tap's hands, the gaps, the deadlines, and which taps
// there are ([Set]). It promises that a tap which may lose something slows nobody, that every record which
// a tap is not given is counted in a gap, that a tap which blocks has a message before it is acknowledged or
// the publisher is told otherwise, and that what is given to an actor which dies waits for its successor. It
// must not know a connection or a client: a connection has a [Witness], by which it speaks to all taps.
//
// The contract that a tap sees is package tap. This is how it is kept.
//
// # Why a queue and no actor
//
// A [Feed] is a queue under a lock. A commit does no more than append to it. What the tap does with its
// goroutine, even if it never comes back, is nothing to anybody else. With no tap a commit loads one pointer,
// which is nil.
//
// # Chunks
//
// What a commit has for a tap is written down as a chunk: one small row for each message, or for messages in a
// row that differ in nothing; the subject once for a run; replies and payloads as far as the tap wants them;
// one time and one origin for all. The records are made of it where the tap runs, and hashes are computed
// there. CONNECT is no record, so no password, token or signature comes near a tap.
//
// # A tap that drops
//
// It is told after the commit, with the outcome. When Spec.MaxBytes wait, records are lost until half of that
// is free: better one gap than many. A part of MaxBytes is kept for the lifecycle feed (lifeShare), so that who
// came and who went is known also when messages are lost.
//
// # A tap that blocks
//
// It is told between route and commit. The batch of a connection waits for it as it waits for its partitions:
// the same countdown, the same call of the source when the last is through ([Wait]). So +OK and PONG mean that
// the tap has it. A connection has one batch in flight, so back-pressure reaches the publisher by TCP. SUB and
// UNSUB in the batch wait with it, but cannot be refused any more. A batch with nothing that the tap wants does
// not wait. When MaxBytes wait, connections wait with their batches, of which nothing is written down before
// there is room.
//
// After Spec.Deadline the messages are refused with -ERR 'Message Not Recorded'. A message that the tap was given
// and that was refused all the same it is told of again, with the same Seq and OutcomeRefused.
//
// # A tap that crashes
//
// What is given to an actor that dies waits again for its successor. What was in the middle when it panicked goes
// alone then, chunk by chunk, so that the one which crashes it again is found. After tapTries it is left out, with
// a gap or an -ERR.
//
// # The states of a tap
//
// To lose, to have caught up, to be stuck, to move again and to be left off are events and log lines.
// [Set.Status] has the numbers.
package feed
