// Package mailbox is the queue in front of every actor of the broker, and the
// rule by which an actor gets a goroutine to run on.
//
// It owns the messages that were posted and not yet handled. It promises that
// they are handled one at a time, system messages before user messages, user
// messages in the order in which each sender posted them; that a panic is
// caught here, with its stack, and becomes a failure of this actor alone; and
// that nothing queued behind the failing message is lost while the supervisor
// decides. It must not know what the actors do, and it must not bound the queue: a bounded
// mailbox would have to block or drop, and its sender could not know which. What keeps it
// small is the protocol between the actors: one batch in flight for each connection, and a
// budget of bytes for each outgoing queue.
//
// # Why the caller runs it
//
// With [CallerRuns] an idle actor runs on the goroutine of whoever posts to it:
// a message can cross several actors without one goroutine switch, and is
// queued only where actors really contend. A run that has handled too much for
// others, in rounds or in time, is handed to a goroutine of its own, so that no poster is captured.
// That goroutine, too, lets others run now and then.
//
// Goroutines are lent by the readers of sockets, the accepting goroutine, timers, and those
// who ask from outside. A run takes all that is queued in one swap. A panic is caught in the
// run that it happened in, so it stays with its actor even where the runs of several actors
// are nested on one stack.
//
// # When it is empty
//
// With [NotifyDrained] the actor is told when everything that was posted so far has been
// handled. A connection writes then, so that all that came meanwhile is one write.
//
// # Traps of the framework
//
//   - No stack trace reaches a supervisor. The mailbox catches the panic with it.
//   - Messages behind a Stop vanish without a dead letter. [Mailbox.Close] hands them over, to
//     be counted.
package mailbox
