// Package cache remembers who gets a message on a subject, for as long as that is true.
//
// It owns the [Cache] of one index: the results by subject, those of combinations of patterns
// that many subjects share, the counters that tell what has become stale, and the budget of bytes.
//
// It promises that what [Cache.Fresh] calls fresh is what a search would find, and that nothing
// exceeds the limits. It must not know how a search is made, and decides nothing about who may subscribe.
//
// # Staleness
//
// A cached result is not searched for when a subscription changes: it carries the sum of three
// counters, and is stale when the sum has moved. So the coming and going of inboxes costs
// nobody else a cache miss. What is stale is given back by [Cache.Sweep].
//
// A literal pattern that comes or goes drops the entry of its own subject. A wildcard pattern
// adds one to a counter: one for all subjects if its first token is a wildcard, else one
// chosen by its first token or by its first two.
//
// # Room
//
// While less than a share of the cache is taken every subject gets an entry, later only one
// that has been asked for before, so that inboxes used once displace nobody. When it is full,
// who goes is picked at random.
package cache
