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
	wide        *Wide[T]   // nil if the trie has everything
	nobody      *record[T] // the empty result
	sweeping    sweeping
	lastStamp   uint64
	// edits counts the changes of literal patterns by their hashes, so that a
	// lookup knows if its own was among them.
	edits [editBuckets]uint32

	subs                            int
	inserts, removes, matches, hits uint64

	spare *Lookup[T] // one that is over, for the next
}

const editBuckets = 1 << 8

// Config is what an index may be told. The zero value caches nothing.
type Config[T comparable] struct {
	// Results is how many match results are cached at the most. Once half of
	// them are, a subject gets its result cached the second time it is asked for.
	Results int
	// Bytes is what all that is cached may take: 80 for a result, the subject if
	// it is longer than 31 bytes, and the slices of subscribers, those that many
	// subjects share counted once. Nothing exceeds it; what is kept outside of it
	// is 2 bytes for each of Results, and a result for each pattern.
	// 0 is 256 for each of Results.
	Bytes int
	// Wide has the patterns that concern every partition, for the index to read
	// and for [Index.Insert] to pass them on to. Without one the index has all
	// patterns itself.
	Wide *Wide[T]
}

// NewIndex returns an empty index that caches up to cacheLimit results, in 256
// bytes each on average. With 0 it caches nothing.
func NewIndex[T comparable](cacheLimit int) *Index[T] {
	return New(Config[T]{Results: cacheLimit})
}

// New returns an empty index.
func New[T comparable](c Config[T]) *Index[T] {
	if c.Bytes == 0 {
		c.Bytes = c.Results * bytesPerResult
	}
	x := &Index[T]{
		cache:  cache[T]{limit: c.Results, budget: budget{max: c.Bytes}},
		wide:   c.Wide,
		nobody: &record[T]{},
	}
	if c.Wide != nil {
		x.generations.everywhere = &c.Wide.counters
	} else {
		x.generations.everywhere = &everywhere{}
	}
	return x
}

const bytesPerResult = 256

// Len returns the number of subscriptions.
func (x *Index[T]) Len() int { return x.subs }

// Insert adds sub under pattern, as a member of a queue group unless queue is
// "". It returns false, and does nothing, if that very sub is already there
// under that pattern and queue, or the pattern is not valid. The index keeps
// the strings, not copies of them.
//
// A pattern whose [Home] is every partition goes to the index' [Wide], if it was
// made with one. One of the partitions inserts it there, for all.
func (x *Index[T]) Insert(pattern, queue string, sub T) bool {
	if !ValidPattern(pattern) {
		return false
	}
	var added bool
	switch {
	case Literal(pattern):
		added = x.insertLiteral(pattern, queue, sub)
	case x.isWide(pattern):
		x.sweep()
		return x.wide.Insert(pattern, queue, sub)
	default:
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
	switch {
	case Literal(pattern):
		removed = x.removeLiteral(pattern, queue, sub)
	case x.isWide(pattern):
		x.sweep()
		return x.wide.Remove(pattern, queue, sub)
	default:
		removed = x.removeWildcard(pattern, queue, sub)
	}
	if removed {
		x.subs--
		x.removes++
	}
	return removed
}

// isWide reports whether a pattern goes to the Wide.
func (x *Index[T]) isWide(pattern string) bool {
	if x.wide == nil {
		return false
	}
	_, all := Home(pattern, 1)
	return all
}

func (x *Index[T]) insertLiteral(pattern, queue string, sub T) bool {
	h := uint32(hash(pattern))
	if !x.literals.insert(h, pattern, queue, sub) {
		return false
	}
	x.edited(h, pattern)
	return true
}

func (x *Index[T]) removeLiteral(pattern, queue string, sub T) bool {
	h := uint32(hash(pattern))
	if !x.literals.remove(h, pattern, queue, sub) {
		return false
	}
	x.edited(h, pattern)
	return true
}

// edited forgets what is cached for the one subject that a literal pattern matches.
func (x *Index[T]) edited(h uint32, pattern string) {
	x.edits[h%editBuckets]++
	x.cache.drop(h, pattern)
}

func (x *Index[T]) insertWildcard(pattern, queue string, sub T) bool {
	l := x.trie.insert(pattern, queue, sub)
	if l != nil {
		x.changed(pattern, l)
	}
	return l != nil
}

func (x *Index[T]) removeWildcard(pattern, queue string, sub T) bool {
	l := x.trie.remove(pattern, queue, sub)
	if l != nil {
		x.changed(pattern, l)
	}
	return l != nil
}

// changed makes stale what is cached for subjects that the wildcard pattern
// may match.
func (x *Index[T]) changed(pattern string, l *leaf[T]) {
	x.lastStamp++
	l.stamp = x.lastStamp
	x.generations.changed(pattern)
	x.sweep()
}

// sweep is the little that every change does against staleness.
func (x *Index[T]) sweep() {
	x.cache.sweep(&x.generations, sweepPerChange)
	x.cache.combinations.sweep(&x.cache.budget, 1, false)
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
