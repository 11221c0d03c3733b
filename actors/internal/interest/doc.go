// Package interest is who wants what: subscriptions, whom they deliver to, and what a
// commit must know of a receiver without asking it.
//
// It owns [Subscription], [Target] and the table in which a connection finds its own by sid
// ([Subscriptions]). It promises that a subscription delivers UNSUB's max and not one more,
// however many publish at once, and nothing at all once it has ended. It must not know how
// a message travels: no batch, no transport, no outbox.
//
// # Who owns a subscription
//
// The connection that sent the SUB. What partitions hold is derived from that and can be
// rebuilt. A connection that ends tells the partitions which of its subscriptions are over,
// and marks each as ended, so that results which are on their way already deliver nothing.
//
// A pattern with a wildcard in its first tokens concerns all partitions. What must be counted
// once, the deliveries against UNSUB's max, is in the one [Subscription] that all results
// point to.
//
// # Counting against max
//
// [Subscription.Admit] counts before it looks at the limit. [Subscription.LimitTo] sets the
// limit before it looks at the count. So one of the two sees that the limit is reached, and
// whoever sees it ends the subscription. No lock is needed, and no message is too many.
//
// A bit of the same number says that deliveries must be asked about ([Filtered]): the client
// may not receive all that matches, or may answer what it receives. Every delivery reads that
// number anyway, so a client without permissions pays nothing.
//
// # The fence for queue members
//
// A client that drains sends UNSUB and then PING, and closes when it has the PONG. A message
// that another connection's commit has just given to it as a member of a queue group would
// be lost, and no other member would get it.
//
// So a commit is inside the fence of a member from before it asks it until it has posted to
// it. The owner ends the subscription, begins a new round and waits for those who are inside
// from the round before. Who enters later finds the subscription ended. The UNSUB's batch
// stays in flight meanwhile and goes on behind what has been posted.
//
// # Congestion
//
// A [Target] says whether much waits for its client, and when the client last took something.
// A publisher is paced by that: package commit reads it, package pressure says how much is
// much.
//
// # Shadows
//
// A subscription in an account that imports a stream has a [Shadow] in the account that the
// stream comes from. The shadow is in that account's index and has a target of its own. Its
// messages are delivered as the subscription's own, under the names that they have here.
// What is counted, limited and ended is the subscription.
//
// # Servers
//
// The target of a server on a link has a [Kind], which says to whom messages may go on from it,
// and a [Face], which says how a message looks on the link. What servers want is in the index
// beside what clients want, in groups that no client can name ([Far]). What is wanted here is
// told to each [Link] by the partitions ([Stated]).
package interest
