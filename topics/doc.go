// Package topics knows subjects, patterns, and who subscribed to what.
//
// A subject is a list of non-empty tokens separated by dots: orders.eu.new. A
// pattern is a subject in which a whole token may be a wildcard: * stands for
// exactly one token, > stands at the end for one or more. Bytes are compared
// as they are; there is no encoding, no folding of case, no limit of length.
//
// The package owns four things:
//
//   - the rules: [ValidSubject], [ValidPattern], [Matches], [Overlap];
//   - where a subject lives among the partitions of a broker: [Partition], [Home];
//   - the [Index] of one partition: its subscriptions, and the [Result] of
//     matching a subject against them;
//   - the [Wide] that all partitions share: the subscriptions that concern each.
//
// It promises that a partition answers for every pattern that can match its subjects, and that a
// match never misses a subscription that was inserted before it. It must not know what a
// subscriber is (the type parameter T), does no I/O, starts no goroutine, and imports the
// standard library only.
//
// # Where a subject lives
//
// The partition of a subject is a hash of its first two tokens, modulo the number of partitions.
// The hash is seeded for each process, so that a client cannot choose subjects that all fall on
// one partition. A literal pattern, and one whose first two tokens are literal (_INBOX.abc.*), has
// one home. Every other wildcard concerns all partitions. It is held once, in the Wide that they
// share.
//
// Why two tokens: with one, all subjects of an application, or all inboxes, would be in one
// partition. With three, many more patterns would concern all of them.
//
// # The index
//
// An Index has one owner and no lock. A Wide has a lock and many readers. What they hand out,
// a *Result, is immutable and may be read by anyone for as long as they like.
//
// Inside, a literal pattern is a row of a hash table and a wildcard pattern a leaf of a trie; in
// front of both stands a cache by subject, bounded in entries and in bytes. A cached result is not
// searched for when a subscription changes: it carries the sum of three generation counters, and
// is stale when the sum has moved. So the coming and going of inboxes costs nobody else a cache
// miss. What is stale is given back by [Index.Sweep].
//
// A literal pattern that comes or goes drops the entry of its own subject. A wildcard pattern
// adds one to a counter: one for all subjects if its first token is a wildcard, else one
// chosen by its first token or by its first two. While less than a share of the cache is taken
// every subject gets an entry, later only one that has been asked for before, so that inboxes
// used once displace nobody.
//
// A search may cost as much as there are patterns. [Index.Start] takes it in steps, each within
// a budget, and the trie may change between two of them.
package topics
