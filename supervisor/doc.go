// Package supervisor keeps actors running, or lets them go, by written policies. It knows actors and logging and
// nothing of what the actors do.
//
// It owns policies, the decision about a failure, groups, the tree and the events. It promises that a failure
// has the consequence that the written policy says, that a child which has failed for good is still shown, and
// that an event is made of everything that it does. It must not know a client or a subject.
//
// A group (NewGroup) is an actor whose only work is its children. When a child panics, the group looks up the child's Policy,
// lets Decide choose a Directive, and carries it out:
//
//	a child panics          its mailbox is suspended, the group is told
//	Decide                  (policy, history, failure, now) -> resume | restart after a delay | stop | escalate
//	the group               orders that, and hands an Event to its sink
//
// Decide is a plain function without actors, clock or chance: read it first, and its test, a table, second. Groups may
// hold groups (Sub); what the lower one cannot mend it escalates to the upper one. At the top, Root, an escalation
// ends at a handler: the process lives on, and its owner decides. Describe asks a group for the tree below it, and
// Draw prints it.
//
// # What a policy can and cannot save
//
//   - Resume keeps the state and the queue; only the message that failed is lost.
//   - Restart runs the producer again and keeps the queue, but the state is new. The children of the restarted actor
//     are stopped first. Through a back-off the actor handles nothing and its mailbox keeps what arrives.
//   - Stop loses the queue. So does a Permanent child that stopped by itself: it is spawned anew, under its old path.
//   - A restarted group starts the children in its Options again; those it was sent with Spawn are gone.
//   - An AllForOne or RestForOne failure is counted for the group as a whole, and stops the Temporary children that it
//     concerns for good. What fails while such a restart is already ordered is restarted with the rest and not counted.
//   - RestForOne goes by the order in which children were first started: that of Options, then that of Spawn.
//
// Nothing saves a process from concurrent map writes, from a stack that overflows, from memory that runs out, or from
// a panic in a goroutine of one's own: start those with Go. A goroutine that ends by runtime.Goexit inside an actor
// leaves that actor dead without a word.
//
// # Traps of the framework below, and where they are closed
//
//   - No stack trace reaches a supervisor: Guard adds it (a mailbox may do the same with Caught).
//   - A panic in Stopping brings the actor back to life, and one in Stopped hides its end from its parent, which then
//     can never end either. Guard keeps such panics from the framework. A group also buries what failed that way
//     without a Guard; the actor is then sent an actor.Terminated about itself.
//   - A panic at the news that a child of its own is gone (actor.Terminated), while an actor stops itself, still brings
//     it back: take that message without risk.
//   - A panic in Started repeats as fast as the machine can: such a restart is always delayed.
//   - A producer runs in its parent's mailbox: a group takes its panic for the child's.
//   - A context must not leave Receive: timers here know the system and an address only.
//   - The framework logs a line per panic without limit: give its system a logs.SlogHandler.
package supervisor
