// Package peer is what a broker knows of the server on the other side of a link, and what it has
// told it.
//
// It owns [Peer], the terms on which a link exists, and [Ledger], which turns statements of counts
// into LS+ and LS-, RS+ and RS-. It promises that a server is told of each pattern once, and again
// only when something has changed; that it hears of nothing that it may not have; and that what
// nobody wants any more is withdrawn, also after a partition has lost what it knew. It must not
// know a batch, a commit or a connection.
//
// # What stands between the broker and a link
//
//	interest.Face   how messages look on the link, and which are too large for it
//	interest.Kind   who is behind it, and what goes on to whom
//	interest.Link   whom partitions tell what is wanted here
//	interest.Remote what is wanted there: a subscription in a group that no client can name
//	Ledger          what has been said of it
//
// A link is a connection actor whose parser is that of package wire/link. The partitions know its
// subscriptions as those of any connection, and give them back when it ends.
//
// # Statements
//
// A partition says "so many have this pattern now" ([interest.Stated]), never "one more". So a
// statement that is lost with its partition, or comes twice, does no harm. One batch is one message
// to each link, posted before what depends on it: the interest in an inbox is on the wire before the
// request that names it.
//
// A link that has come asks every connection for its subscriptions ([interest.StateTo]). They go
// through the partitions, some at a time, and come back as counts. A partition that has crashed says
// Anew, states what it has, and says Complete: what it has not stated by then is withdrawn.
package peer
