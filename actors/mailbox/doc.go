// Package mailbox is the queue in front of every actor of the broker, and the
// rule by which an actor gets a goroutine to run on.
//
// It owns the messages that were posted and not yet handled. It promises that
// they are handled one at a time, system messages before user messages, user
// messages in the order in which each sender posted them; that a panic is
// caught here, with its stack, and becomes a failure of this actor alone; and
// that nothing queued behind the failing message is lost while the supervisor
// decides.
//
// With [CallerRuns] an idle actor runs on the goroutine of whoever posts to it:
// a message can cross several actors without one goroutine switch, and is
// queued only where actors really contend. A run that has handled too much for
// others is handed to a goroutine of its own, so that no poster is captured.
package mailbox
