// Package subscribers knows who has subscribed under which pattern, and finds those whose
// pattern matches a subject.
//
// It owns the [Set] of the subscribers of one pattern; the tables of the patterns, [Literals] for
// those that match one subject and [Trie] for those with wildcards; the [Walk], which searches
// tries; and the [Merge], which puts the subscribers of several patterns together. What that
// makes, or a Set alone, is a [Record]: a result and what it weighs.
//
// It promises that what a record shows is immutable, although it copies as little as it can: a
// set is a slice that is appended to behind every view of it, and copied when somebody leaves
// whom a view shows. Queue groups are rows of a table, which a Merge goes through while they come and go:
// there may be so many that to copy them all at once would hold everybody up. A Walk and a Merge take steps, each within a budget, and the tables may
// change in between: who was subscribed all the time is found once.
//
// It has no lock, and must not know what is remembered of results, nor to whom a table belongs.
package subscribers
