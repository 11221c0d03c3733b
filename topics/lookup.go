package topics

// Match returns who gets a message on subject. The result is never nil and
// never changes; as long as nothing that concerns the subject changes either,
// and the cache holds it, it is the same one every time. A cached match
// allocates nothing. Subject is not kept.
//
// Whether a wildcard concerns a subject is judged by hashes: now and then a
// result is made anew without need.
func (x *Index[T]) Match(subject []byte) *Result[T] {
	s := view(subject)
	x.matches++
	h := uint32(hash(s))
	e, _ := x.cache.find(h, s)
	if e == nil {
		return x.fill(h, s)
	}
	sum := x.generations.sum(e.place)
	if e.sum == sum {
		x.hits++
		return e.result
	}
	e.result, e.sum = x.lookup(h, s), sum
	return e.result
}

// fill looks a subject up that is not in the cache, and puts it there.
func (x *Index[T]) fill(h uint32, subject string) *Result[T] {
	r := x.lookup(h, subject)
	if x.cache.limit > 0 {
		p := placeOf(subject)
		x.cache.put(h, subject, x.generations.sum(p), p, r)
	}
	return r
}

// lookup finds the result of a subject, sharing one that exists where it can.
func (x *Index[T]) lookup(h uint32, subject string) *Result[T] {
	if !routable(subject) {
		return x.nobody
	}
	literal := x.literals.spot(h, subject)
	leaves := x.trie.match(subject, x.leaves[:0])
	r := x.combine(literal, leaves)
	// Scratch must not keep alive what is removed, nor stay as large as the
	// largest match there ever was.
	if clear(leaves); cap(leaves) <= maxScratch {
		x.leaves = leaves
	} else {
		x.leaves = nil
	}
	return r
}

const maxScratch = 1024

func (x *Index[T]) combine(literal *spot[T], leaves []*leaf[T]) *Result[T] {
	switch {
	case literal == nil && len(leaves) == 0:
		return x.nobody
	case len(leaves) == 0:
		return literal.result()
	case literal != nil:
		return x.merge(literal, leaves)
	case len(leaves) == 1:
		l := leaves[0]
		if l.result == nil {
			l.result = l.spot.result()
		}
		return l.result
	}
	if r := x.shared.find(leaves); r != nil {
		return r
	}
	r := x.merge(nil, leaves)
	x.shared.put(leaves, r)
	return r
}

func (x *Index[T]) merge(literal *spot[T], leaves []*leaf[T]) *Result[T] {
	spots := x.spots[:0]
	if literal != nil {
		spots = append(spots, literal)
	}
	for _, l := range leaves {
		spots = append(spots, &l.spot)
	}
	r := merge(spots)
	if clear(spots); cap(spots) <= maxScratch {
		x.spots = spots
	} else {
		x.spots = nil
	}
	return r
}
