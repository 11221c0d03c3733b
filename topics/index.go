package topics

// Index is the subscriptions of one partition. T is what stands for a
// subscription, usually a pointer to the owner's object; it is compared by ==.
//
// An Index has one owner: no two of its methods may run at the same time.
type Index[T comparable] struct {
	literals    literals[T]
	trie        trie[T]
	cache       cache[T]
	generations generations
	shared      shared[T]
	nobody      *Result[T] // the empty result

	subs                            int
	inserts, removes, matches, hits uint64

	// Scratch for a match.
	leaves []*leaf[T]
	spots  []*spot[T]
}

// NewIndex returns an empty index that caches up to cacheLimit results (an
// entry is 64 bytes plus 10 to 15 of a hash table, and the subject if it is
// longer than 31 bytes; those longer than 128 are not cached). With 0 it caches
// nothing. Once half of the entries are taken, a subject gets one the second
// time it is asked for.
func NewIndex[T comparable](cacheLimit int) *Index[T] {
	return &Index[T]{cache: cache[T]{limit: cacheLimit}, nobody: &Result[T]{}}
}

// Len returns the number of subscriptions.
func (x *Index[T]) Len() int { return x.subs }

// Insert adds sub under pattern, as a member of a queue group unless queue is
// "". It returns false, and does nothing, if that very sub is already there
// under that pattern and queue, or the pattern is not valid. The index keeps
// the strings, not copies of them.
func (x *Index[T]) Insert(pattern, queue string, sub T) bool {
	if !ValidPattern(pattern) {
		return false
	}
	var added bool
	if Literal(pattern) {
		added = x.insertLiteral(pattern, queue, sub)
	} else {
		added = x.insertWildcard(pattern, queue, sub)
	}
	if added {
		x.subs++
		x.inserts++
	}
	return added
}

// Remove takes sub away from under pattern and queue, and reports whether it
// was there.
func (x *Index[T]) Remove(pattern, queue string, sub T) bool {
	if pattern == "" {
		return false
	}
	var removed bool
	if Literal(pattern) {
		removed = x.removeLiteral(pattern, queue, sub)
	} else {
		removed = x.removeWildcard(pattern, queue, sub)
	}
	if removed {
		x.subs--
		x.removes++
	}
	return removed
}

func (x *Index[T]) insertLiteral(pattern, queue string, sub T) bool {
	h := uint32(hash(pattern))
	if !x.literals.insert(h, pattern, queue, sub) {
		return false
	}
	x.cache.drop(h, pattern)
	return true
}

func (x *Index[T]) removeLiteral(pattern, queue string, sub T) bool {
	h := uint32(hash(pattern))
	if !x.literals.remove(h, pattern, queue, sub) {
		return false
	}
	x.cache.drop(h, pattern)
	return true
}

func (x *Index[T]) insertWildcard(pattern, queue string, sub T) bool {
	l := x.trie.leafFor(pattern)
	if l.pattern == "" {
		l.pattern = pattern
		l.spot.init(queue, sub)
	} else if !l.spot.add(queue, sub) {
		return false
	}
	l.result, l.stamp = nil, x.shared.newStamp()
	x.changed(pattern)
	return true
}

func (x *Index[T]) removeWildcard(pattern, queue string, sub T) bool {
	n := x.trie.descend(pattern)
	if n == nil {
		return false
	}
	removed, empty := n.leaf.spot.remove(queue, sub)
	if !removed {
		return false
	}
	n.leaf.result, n.leaf.stamp = nil, x.shared.newStamp()
	if empty {
		x.trie.drop(pattern)
	}
	x.changed(pattern)
	return true
}

// changed makes stale what is cached for subjects that the wildcard pattern
// may match.
func (x *Index[T]) changed(pattern string) {
	x.generations.changed(pattern)
	if x.generations.exhausted() {
		x.cache.reset()
	}
	x.cache.sweep(&x.generations, sweepPerChange)
}

// Small enough to cost little, large enough that a full cache is swept in a few
// ten thousand changes.
const sweepPerChange = 4

// All calls yield for every subscription, in no particular order, until it
// returns false. The index must not be changed meanwhile.
func (x *Index[T]) All(yield func(pattern, queue string, sub T) bool) {
	if x.literals.all(yield) {
		x.trie.all(yield)
	}
}
