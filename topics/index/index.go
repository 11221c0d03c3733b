package index

import (
	"time"

	"github.com/troupe-mq/troupe/topics"
	"github.com/troupe-mq/troupe/topics/internal/cache"
	"github.com/troupe-mq/troupe/topics/internal/subscribers"
)

// Index is the subscriptions of one partition. T is what stands for a
// subscription, usually a pointer to the owner's object; it is compared by ==.
//
// An Index has one owner: no two of its methods may run at the same time.
type Index[T comparable] struct {
	literals  subscribers.Literals[T]
	trie      subscribers.Trie[T]
	cache     cache.Cache[T]
	wide      *Wide[T]               // nil if the trie has everything
	nobody    *subscribers.Record[T] // the empty result
	lastStamp uint64

	subs                            int
	inserts, removes, matches, hits uint64

	waited time.Duration // since Waited was last called
	spare  *Lookup[T]    // one that is over, for the next
}

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

// New returns an empty index.
func New[T comparable](c Config[T]) *Index[T] {
	if c.Bytes == 0 {
		c.Bytes = c.Results * bytesPerResult
	}
	x := &Index[T]{wide: c.Wide, nobody: &subscribers.Record[T]{}}
	if c.Wide != nil {
		x.cache.Init(c.Results, c.Bytes, &c.Wide.changes)
	} else {
		x.cache.Init(c.Results, c.Bytes, &cache.Everywhere{})
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
// A pattern whose [topics.Home] is every partition goes to the index' [Wide], if it was
// made with one. One of the partitions inserts it there, for all.
func (x *Index[T]) Insert(pattern, queue string, sub T) bool {
	if !topics.ValidPattern(pattern) {
		return false
	}
	var added bool
	switch {
	case topics.Literal(pattern):
		added = x.insertLiteral(pattern, queue, sub)
	case x.isWide(pattern):
		x.cache.SweepFew()
		added, waited := x.wide.insert(pattern, queue, sub)
		x.waited += waited
		return added
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
	case topics.Literal(pattern):
		removed = x.removeLiteral(pattern, queue, sub)
	case x.isWide(pattern):
		x.cache.SweepFew()
		removed, waited := x.wide.remove(pattern, queue, sub)
		x.waited += waited
		return removed
	default:
		removed = x.removeWildcard(pattern, queue, sub)
	}
	if removed {
		x.subs--
		x.removes++
	}
	return removed
}

// Waited is how long Insert and Remove have waited for those who search the [Wide], since it
// was last called. That is not work, but it is time, which others wait for too.
func (x *Index[T]) Waited() time.Duration {
	waited := x.waited
	x.waited = 0
	return waited
}

// isWide reports whether a pattern goes to the Wide.
func (x *Index[T]) isWide(pattern string) bool {
	if x.wide == nil {
		return false
	}
	_, all := topics.Home(pattern, 1)
	return all
}

func (x *Index[T]) insertLiteral(pattern, queue string, sub T) bool {
	h := hash(pattern)
	if !x.literals.Insert(h, pattern, queue, sub) {
		return false
	}
	x.cache.Edited(h, pattern)
	return true
}

func (x *Index[T]) removeLiteral(pattern, queue string, sub T) bool {
	h := hash(pattern)
	if !x.literals.Remove(h, pattern, queue, sub) {
		return false
	}
	x.cache.Edited(h, pattern)
	return true
}

func (x *Index[T]) insertWildcard(pattern, queue string, sub T) bool {
	l := x.trie.Insert(pattern, queue, sub)
	if l != nil {
		x.changed(pattern, l)
	}
	return l != nil
}

func (x *Index[T]) removeWildcard(pattern, queue string, sub T) bool {
	l := x.trie.Remove(pattern, queue, sub)
	if l != nil {
		x.changed(pattern, l)
	}
	return l != nil
}

// changed notes that the subscribers of a wildcard pattern have changed.
func (x *Index[T]) changed(pattern string, l *subscribers.Leaf[T]) {
	x.lastStamp++
	l.Stamp = x.lastStamp
	x.cache.Changed(pattern)
}

// Sweep looks at up to budget cached results, and forgets those that a change of
// wildcard patterns has made stale and with them subscribers who have gone. It
// reports whether there may be more. Nothing else gives back what nobody asks
// for any more, so the owner calls it now and then until it returns false, also
// when others have changed the [Wide] of the index. To look at a result takes
// some 20 ns, to forget it some 200. When nothing has changed it takes 2. It must
// be called at least once in 2^30 changes of a Wide.
func (x *Index[T]) Sweep(budget int) (more bool) { return x.cache.Sweep(budget) }

// All calls yield for every subscription, in no particular order, until it
// returns false. The index must not be changed meanwhile.
func (x *Index[T]) All(yield func(pattern, queue string, sub T) bool) {
	if x.literals.All(yield) {
		x.trie.All(yield)
	}
}
