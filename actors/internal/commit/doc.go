// Package commit carries out a routed batch in the order of its commands, as bytes for each target.
//
// It owns the encoding of deliveries and the choice of a member of a queue group. It promises that
// commands take effect in the order in which they were sent, that a message goes to exactly one member
// of each group if any can take it, that each target gets all that a batch has for it in as few messages
// as possible, and that a commit of plain messages allocates nothing. It must not know the connection
// that it runs in, a tap or a partition: it sees a [Publisher], whose rare callbacks are one interface.
//
// # Why the commit is the publisher's
//
// The commit runs in the publisher's own connection actor and not in the partition that was the last to
// be done, because everything that it needs is there: the verbose and echo options, the publisher's own
// subscriptions, the place of +OK and PONG among deliveries to itself, and its counters. A partition is
// free for other connections while one commits. And a crash in a commit is the publisher's and not
// everybody's.
//
// # The short way
//
// A run is messages of one subject. If its result has no queue group, no subscription of the
// publisher's own, no subscription that must be asked about and no connection twice, it is encoded
// target by target: the head "MSG subject sid " is built once for each target and run, and what follows
// the sid is mostly copied as the publisher wrote it. Nearly all messages take this way (fanOut).
//
// # The long way
//
// All else goes message by message (deliverAll): several queue groups, limits of UNSUB, filtered subscriptions,
// shadows, headers for a client that takes none, tracing. Two kinds of messages have a way between the two, on which
// an ordinary subscription costs a few checks and the copy: a run for one queue group (deal), and a message that is
// alone with its subject and wanted by few (single).
//
// # Bundles
//
// Of a client that has many subscriptions for one message (leastBundle), these are a bundle. All others are
// given the message first. Then it is posted once for the bundle, and the client's own writer spells the
// copies (outbox.Copies), so that a client which subscribes everything fifty thousand times costs a publisher
// no more than one that does so once. What has to be asked about, or is more than a part of what may wait for the
// client, is delivered one by one.
//
// To be alone in a queue group is no choice: for messages of clients such a subscription is delivered to as if it was in none, so that ten
// thousand groups of one client are a bundle too. It gets what it was chosen for also if it has left the group when that is spelled.
//
// So a large result is looked through before its first message: which of its subscriptions are bundles, and which queue groups
// have members of other servers too. What comes of that is remembered for as long as the result is (spread).
//
// # Targets
//
// What one target gets begins in a small buffer and moves to a large one when there is more. At
// outbox.FullDeliver it is posted and begun anew. Posting runs the receiver where it is idle, so a message
// can cross from one socket to another on one goroutine.
//
// # Fences and pace
//
// A commit is inside the fence of each queue member from before it asks it until it has posted to it. An
// UNSUB of a queue member stops the commit until those who may have chosen the member are through (package
// interest). [Committer.Abandon] leaves the fences of a commit that has crashed.
//
// [Committer.Send] returns how long the publisher is to pause, if all who get its messages are behind
// (package pressure).
//
// # Steps
//
// A commit whose work is more than one step stops where it is and is called again behind what waits in the
// publisher's mailbox (package steps). What it has made by then it has posted, so nobody waits for it at a
// fence. It may stop in the middle of one message: of looking through who gets it, of its subscriptions and groups, and of asking the
// members of one group.
//
// To find which of a hundred thousand subscriptions waits for the answer to a request that nobody gets may take several
// steps. Until then the publisher is owed that (owed), and its batch does not go on.
//
// # Other accounts
//
// Entries that are derived from a message are committed with it as one: one +OK, one line in the ledger,
// one 503 if nobody in any of the accounts takes it. A message on its way through a shadow is translated to
// the name that it has for the subscription's owner.
//
// # Servers
//
// A server on a link gets a message once, whatever number of its patterns match, with the names of the queue groups
// that it is to serve. So the servers that a message is for are noted first and sent to last (sendTo), in steps. A run for
// servers in no queue group takes the short way too (fanOutFar).
package commit
