// Package topics knows subjects, patterns, and who subscribed to what.
//
// A subject is a list of non-empty tokens separated by dots: orders.eu.new. A
// pattern is a subject in which a whole token may be a wildcard: * stands for
// exactly one token, > stands at the end for one or more. Bytes are compared
// as they are; there is no encoding, no folding of case, no limit of length.
//
// The package owns three things:
//
//   - the rules: [ValidSubject], [ValidPattern], [Matches], [Overlap];
//   - where a subject lives among the partitions of a broker: [Partition], [Home];
//   - the [Index] of one partition: its subscriptions, and the [Result] of
//     matching a subject against them;
//   - the [Wide] that all partitions share: the subscriptions that concern each.
//
// An Index has one owner and no lock. A Wide has a lock and many readers. What
// they hand out, a *Result, is immutable and may be read by anyone for as long
// as they like.
//
// Inside, a literal pattern is a row of a hash table and a wildcard pattern a
// leaf of a trie; in front of both stands a cache by subject, bounded in entries
// and in bytes. A cached result is not searched for when a subscription changes:
// it carries the sum of three generation counters, and is stale when the sum has
// moved. So the coming and going of inboxes costs nobody else a cache miss. What
// is stale is given back by [Index.Sweep].
//
// A search may cost as much as there are patterns. [Index.Start] takes it in
// steps, each within a budget, and the trie may change between two of them.
//
// The package does not know what a subscriber is (the type parameter T), does
// no I/O, starts no goroutine, and imports the standard library only.
package topics
