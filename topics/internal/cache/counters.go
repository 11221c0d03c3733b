package cache

import (
	"sync/atomic"

	"github.com/troupe-mq/troupe/topics/internal/tokens"
)

// counters counts changes of patterns, so that a cached result can be known to be
// stale without anyone having looked for it. A wildcard pattern counts in
// one place only: in any if its first token is a wildcard, in one of first, by
// hash, if its second is, else in one of pair, by the hash of its first two
// tokens. A subject reads one counter of each kind. As counters only go up,
// their sum is the same only if each of them is.
//
// (Counters are narrow, to keep cached entries small; the cache is emptied
// before any sum can have come around. See exhausted.)
type counters struct {
	*Everywhere
	pair   *[pairBuckets]uint32 // untouched until something is counted
	total  uint64               // of all changes counted in pair
	epochs uint64               // that have gone by
	// edits counts the changes of literal patterns by their hashes, so that who
	// searches knows if his own was among them.
	edits [editBuckets]uint32
}

// Everywhere counts the changes of patterns that concern every partition, for the
// caches of all of them. All methods may be called from any goroutine.
type Everywhere struct {
	any   atomic.Uint32
	total atomic.Uint64
	first [firstBuckets]atomic.Uint32
}

const (
	firstBuckets = 1 << 10
	pairBuckets  = 1 << 13
	editBuckets  = 1 << 8
)

// untouched is the pairs of every cache for which nothing has been counted: they
// are most of what an index takes that is empty.
var untouched [pairBuckets]uint32

// place is the counters that a subject reads.
type place struct{ first, pair uint16 }

func placeOf(subject string) place {
	first, second := tokens.Head(subject)
	return place{
		first: uint16(tokens.Hash(subject[:first]) % firstBuckets),
		pair:  uint16(tokens.Hash(subject[:second]) % pairBuckets),
	}
}

// changed counts a change of a wildcard pattern.
func (c *counters) changed(pattern string) {
	first, second := tokens.Head(pattern)
	if c.Everywhere.changed(pattern, first, second) {
		return
	}
	if c.pair == &untouched {
		c.pair = new([pairBuckets]uint32)
	}
	c.total++
	c.pair[tokens.Hash(pattern[:second])%pairBuckets]++
}

// Changed counts a change of a wildcard pattern that concerns every partition. It is
// called after the change was made, so that a sum that was read before a search is
// not that of a change which the search has not seen.
func (e *Everywhere) Changed(pattern string) {
	first, second := tokens.Head(pattern)
	e.changed(pattern, first, second)
}

// changed counts a change, unless it is of one partition only. The first two
// tokens end at first and at second.
func (e *Everywhere) changed(pattern string, first, second int) bool {
	switch {
	case tokens.Wild(pattern[:first]):
		e.any.Add(1)
	case tokens.Wild(pattern[first+1 : second]): // One literal token alone is no wildcard pattern.
		e.first[tokens.Hash(pattern[:first])%firstBuckets].Add(1)
	default:
		return false
	}
	e.total.Add(1)
	return true
}

// sum is what a result of that place depends on.
func (c *counters) sum(p place) uint32 {
	e := c.Everywhere
	return e.any.Load() + e.first[p.first%firstBuckets].Load() + c.pair[p.pair%pairBuckets]
}

// changes is how many have been counted.
func (c *counters) changes() uint64 { return c.total + c.Everywhere.total.Load() }

// exhausted reports, once in 2^30 changes, that sums taken so far must be
// forgotten now, before they could be mistaken for later ones.
func (c *counters) exhausted() bool {
	if epochs := c.changes() >> 30; epochs != c.epochs {
		c.epochs = epochs
		return true
	}
	return false
}
