// Package index knows who subscribed to what, and finds who gets a message.
//
// It owns two things:
//
//   - the [Index] of one partition: its subscriptions, and the [topics.Result] of
//     matching a subject against them;
//   - the [Wide] that all partitions share: the subscriptions that concern each, held once.
//
// It promises that a match never misses a subscription that was inserted before it, and finds by
// the rules of package topics. It must not know what a subscriber is (the type parameter T), nor
// whose subjects they are.
//
// An Index has one owner and no lock. A Wide has a lock and many readers. What they hand out,
// a *Result, is immutable and may be read by anyone for as long as they like.
//
// Inside, a literal pattern is a row of a hash table and a wildcard pattern a leaf of a trie; in
// front of both stands a cache by subject, bounded in entries and in bytes. What a change has made
// stale is given back by [Index.Sweep].
//
// A search may cost as much as there are patterns. [Index.Start] takes it in steps, each within
// a budget, and the trie may change between two of them.
package index
