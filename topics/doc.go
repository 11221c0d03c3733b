// Package topics knows what subjects and patterns are, and which matches which.
//
// A subject is a list of non-empty tokens separated by dots: orders.eu.new. A
// pattern is a subject in which a whole token may be a wildcard: * stands for
// exactly one token, > stands at the end for one or more. Bytes are compared
// as they are; there is no encoding, no folding of case, no limit of length.
//
// The package owns three things:
//
//   - the rules: [ValidSubject], [ValidPattern], [Matches], [Overlap], [Covers];
//   - where a subject lives among the partitions of a broker: [Partition], [Home];
//   - the form of an answer to who gets a message: [Result].
//
// Who has subscribed to what is known by topics/index; other names for subjects are made by
// topics/mapping.
//
// It promises that the rules allocate nothing, and that a partition answers for every pattern
// that can match its subjects. It must not know what a subscriber is (the type parameter T), does
// no I/O, starts no goroutine, and needs, as all packages below it, the standard library only.
//
// # Where a subject lives
//
// The partition of a subject is a hash of its first two tokens, modulo the number of partitions.
// The hash is seeded for each process, so that a client cannot choose subjects that all fall on
// one partition. A literal pattern, and one whose first two tokens are literal (_INBOX.abc.*), has
// one home. Every other wildcard concerns all partitions.
//
// Why two tokens: with one, all subjects of an application, or all inboxes, would be in one
// partition. With three, many more patterns would concern all of them.
package topics
