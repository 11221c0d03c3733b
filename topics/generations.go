package topics

import "sync/atomic"

// generations counts changes of wildcard patterns, so that a cached result can
// be known to be stale without anyone having looked for it. A pattern counts in
// one place only: in any if its first token is a wildcard, in one of first, by
// hash, if its second is, else in one of pair, by the hash of its first two
// tokens. A subject reads one counter of each kind. As counters only go up,
// their sum is the same only if each of them is.
//
// (Counters are narrow, to keep cached entries small; the index empties its
// cache before any sum can have come around. See exhausted.)
type generations struct {
	*everywhere
	pair   [pairBuckets]uint32
	total  uint64 // of all changes counted in pair
	epochs uint64 // that have gone by
}

// everywhere counts the changes of patterns that concern every partition. It is
// that of a [Wide], which many read at any time, or the index' own.
type everywhere struct {
	any   atomic.Uint32
	total atomic.Uint64
	first [firstBuckets]atomic.Uint32
}

const (
	firstBuckets = 1 << 10
	pairBuckets  = 1 << 13
)

// place is the counters that a subject reads.
type place struct{ first, pair uint16 }

func placeOf(subject string) place {
	first, second := head(subject)
	return place{
		first: uint16(hash(subject[:first]) % firstBuckets),
		pair:  uint16(hash(subject[:second]) % pairBuckets),
	}
}

func (g *generations) sum(p place) uint32 {
	return g.any.Load() + g.first[p.first%firstBuckets].Load() + g.pair[p.pair%pairBuckets]
}

// changed counts a change of a wildcard pattern. In a Wide it is counted after it
// was made, so that a sum that was read before a search is not that of a change
// which the search has not seen.
func (g *generations) changed(pattern string) {
	first, second := head(pattern)
	if !g.everywhere.changed(pattern, first, second) {
		g.total++
		g.pair[hash(pattern[:second])%pairBuckets]++
	}
}

// changed counts a change, unless it is of one partition only. The first two
// tokens end at first and at second.
func (e *everywhere) changed(pattern string, first, second int) bool {
	switch {
	case wild(pattern[:first]):
		e.any.Add(1)
	case wild(pattern[first+1 : second]): // One literal token alone is no wildcard pattern.
		e.first[hash(pattern[:first])%firstBuckets].Add(1)
	default:
		return false
	}
	e.total.Add(1)
	return true
}

// changes is how many have been counted.
func (g *generations) changes() uint64 { return g.total + g.everywhere.total.Load() }

// exhausted reports, once in 2^30 changes, that sums taken so far must be
// forgotten now, before they could be mistaken for later ones.
func (g *generations) exhausted() bool {
	if epochs := g.changes() >> 30; epochs != g.epochs {
		g.epochs = epochs
		return true
	}
	return false
}
