// Package pressure is what is done about clients that do not keep up: how full an outbox may
// be, what happens then, when a publisher is paced, and one budget over all outboxes.
//
// It owns the thresholds, the overrun policies, the [Budget] and the actor that keeps it. It
// promises that what one client leaves unread is bounded, that all of it together is bounded,
// and that what is dropped is counted and announced. It must not know a connection: it is told
// numbers, and says what follows from them.
//
// # Slow consumers
//
// When more than MaxPending bytes wait for a connection after it has written what it could, or
// a write made no progress for WriteDeadline, the connection is a slow consumer. It fails with
// a report.SlowConsumerError, which says how much waited, for how long, and the subject that
// came last. Its supervisor's policy ends it.
//
// With [DropNew] or [DropOld] messages are dropped instead, counted in the ledger, and
// announced once a second at most. The broker's own answers are never dropped, nor is a message
// of which a part is written. A client that sends PING without end and reads nothing fails all
// the same.
//
// At each of pressureLevels there is an event, before anybody is evicted.
//
// # Pacing
//
// A client that does read, but more slowly than others publish to it, would run into that limit
// in a flood that it could have stood in a second more. TCP has an answer where there are two:
// the writer waits. Here a publisher waits if nobody else has to wait with it: when much
// waits ([CongestedAt]) for every client that its last batch went to, and each of them has
// taken something a moment ago. Then its source brings no more before that clears, or for a
// short time (transport.Pause), which is longer the more waits.
//
// One subscriber that is slow among others, or one that is stuck, never slows a publisher.
//
// # The budget
//
// All bytes that are made for clients, by the size of their buffers, may take
// Config.OutboundBudget: those that are on their way to an outbox too. The default is a share
// of the memory that there is ([DefaultBudget]). A connection tells the keeper when its outbox
// has changed by reportStep. When the budget is used up, the keeper evicts until the rest fits:
// first the client whose bytes have waited most, by their number and by the time that it has
// taken nothing. If there are only many small outboxes nobody is evicted: each is within its
// own limit, and none is worth more than another.
//
// The sum is not the keeper's, so a keeper that crashes loses nothing of it. A new one learns
// which outboxes are large as they change.
//
// # Memory
//
// Go collects garbage when there is as much of it as there is in use, so a budget would come to
// twice of what it says. What full outboxes leave is collected before that (wasteShare), and
// given back to the system when there is enough of it ([Budget.GiveBack]).
package pressure
