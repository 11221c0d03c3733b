package topics

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
	any   uint32
	first [firstBuckets]uint32
	pair  [pairBuckets]uint32
	total uint32 // of all changes since reset
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
	return g.any + g.first[p.first%firstBuckets] + g.pair[p.pair%pairBuckets]
}

// changed counts a change of a wildcard pattern.
func (g *generations) changed(pattern string) {
	g.total++
	first, second := head(pattern)
	switch {
	case wild(pattern[:first]):
		g.any++
	case wild(pattern[first+1 : second]): // One literal token alone is no wildcard pattern.
		g.first[hash(pattern[:first])%firstBuckets]++
	default:
		g.pair[hash(pattern[:second])%pairBuckets]++
	}
}

// exhausted reports, once in 2^31 changes, that sums taken so far must be
// forgotten now, before they could be mistaken for later ones.
func (g *generations) exhausted() bool {
	if g.total < 1<<31 {
		return false
	}
	g.total = 0
	return true
}
