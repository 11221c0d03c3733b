// Package connection is the actor of one client: it parses what its source brings, sends it through the partitions,
// commits it, and writes what others deliver.
//
// It owns one client: its subscriptions, its batch in flight, its session, its outbox, its clock. It promises that
// commands take effect in the order in which they were sent, that PONG is a barrier, that nothing which waits for its
// client grows without a bound, that a crash closes this one client and no other, and that whatever ends it, its books
// are closed and its subscriptions withdrawn. It must not know who accepts clients or who asks about them: no listener,
// no client actor, no survey.
//
// # Parts
//
// The actor is composed of parts that have their own state and methods and know nothing of it: session.Session,
// interest.Subscriptions, commit.Publisher, feed.Witness, outbox.Outbox, keepalive.Clock, pressure.Fill and
// pressure.Gauge, inbound.Input. What all connections have in common is [Env]. This package is what connects them.
//
// # One batch
//
//	receive    the source has input
//	collect    parse what is complete into one batch
//	dispatch   send it to the partitions that it concerns
//	commit     when all are done: carry it out, in the order of the commands
//	Resume     the source may bring more
//
// In the usual case the partitions run on this goroutine and dispatch returns true: the commit follows at once, and all
// of this happens without a switch, from the read of one socket to the write of the other. Otherwise the source is told
// by the last partition and lends its goroutine for the commit.
//
// A commit that takes longer than a step goes on behind what waits in the mailbox (package commit). So does whatever is done
// with each of the subscriptions, or of the patterns that another server has been told (errand): a list of them, a reload.
//
// Parsing stops when the input is used up, when the batch has batch.MaxEntries, or when a command must not be judged
// before what precedes it has taken effect (mustWait): CONNECT, INFO, -ERR, a SUB whose sid is in use, and an answer that
// may need a permit which the batch brings. It also stops when the client's turn is over: the source goes on when others
// have had theirs.
//
// # UNSUB
//
// "UNSUB sid" is routed like a SUB. "UNSUB sid max" is not: it takes effect at the commit, where messages before it in
// the same batch have been counted. An UNSUB of a queue member stops the commit until the fence is passed (package
// interest).
//
// # Writing
//
// A connection writes when its mailbox is empty, so that all that was posted to it meanwhile is one write (flush). What
// the socket does not take goes to a writer goroutine (package outbox). Then the limits are applied (press).
//
// # The end
//
// A connection closes in two steps. close stops reading and ends the subscriptions, many of them on a goroutine that
// does so a slice at a time; what waits is still written. stop is its last message: it leaves the fences that a crashed
// commit was in, settles its counters, says -ERR 'Internal Error' or 'Slow Consumer' where the client is not in the middle
// of a message, and tells the history. Where the client may still be sending, a close would reset the connection and take
// the last lines with it, so the reader hears the client out for transport.LingerTime.
//
// A connection is never restarted. Its socket is in the middle of something that nobody else remembers, and the client
// connects again. Its group keeps no record of it, since a temporary child has no history: its first failure is its last.
//
// # Services of other accounts
//
// A request to a service that the account imports gets a second entry in the batch, with its subject and reply as they are
// in the other account (hop). Up to account.DeepestHop accounts may follow each other.
//
// # Links to servers
//
// Where the other side is a server, what differs is in the files whose names begin with link. What the server says is
// parsed into the same entries by a parser of its own (collectLink), and it is told what is wanted here (stateTo). A
// server of the same cluster speaks of all accounts on one connection (route), once it is known who it is (handshake).
// Batches, commits, writing and the end are those of every connection.
package connection
