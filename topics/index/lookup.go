package index

import (
	"math"
	"strings"

	"github.com/troupe-mq/troupe/topics"
	"github.com/troupe-mq/troupe/topics/internal/cache"
	"github.com/troupe-mq/troupe/topics/internal/subscribers"
	"github.com/troupe-mq/troupe/topics/internal/tokens"
)

// Lookup is a match that takes several steps. What changes in between may be
// seen or not, each subscription for itself. But whoever was subscribed from
// before the first step until after the last one is in the result, once, and
// whoever was not subscribed at any time in between is not.
//
// It belongs to whoever owns its index. There may be several under way, and
// anything may be done with the index meanwhile.
type Lookup[T comparable] struct {
	index   *Index[T]
	walk    subscribers.Walk[T]
	merge   subscribers.Merge[T]
	subject string
	tokens  int
	wide    *Wide[T] // nil if there is nothing in it
	literal subscribers.Set[T]
	some    bool // There is something in literal.
	begun   bool
	rested  bool // between two steps; the subject is its own since then
	parted  bool // the Wide may have changed since it began
	made    bool // The result is new.
	moment  cache.Moment
	found   *subscribers.Record[T]
}

// Match returns who gets a message on subject. The result is never nil and
// never changes; as long as nothing that concerns the subject changes either,
// and the cache holds it, it is the same one every time. A cached match
// allocates nothing. Subject is not kept.
//
// Whether a wildcard concerns a subject is judged by hashes: now and then a
// result is made anew without need.
func (x *Index[T]) Match(subject []byte) *topics.Result[T] {
	s := tokens.View(subject)
	h := hash(s)
	x.matches++
	e := x.cache.Find(h, s)
	if e != nil && x.cache.Fresh(e) {
		x.hits++
		return e.Result()
	}
	l := x.lookup(h, s, e)
	l.run(math.MaxInt)
	return l.finish()
}

// Start is a match that takes no longer than a budget allows, in units of about
// one visit of a node of the trie, some 100 ns. It returns what it cost, 1 if the
// result was cached, and the result; or, if the budget does not suffice, a
// [Lookup] to be continued. It exceeds the budget by little: one pattern's
// length, one queue group's members. Subject is not kept.
func (x *Index[T]) Start(subject []byte, budget int) (r *topics.Result[T], cost int, rest *Lookup[T]) {
	s := tokens.View(subject)
	h := hash(s)
	x.matches++
	e := x.cache.Find(h, s)
	if e != nil && x.cache.Fresh(e) {
		x.hits++
		return e.Result(), 1, nil
	}
	l := x.lookup(h, s, e)
	if r, cost = l.Step(budget); r == nil {
		rest = l
	}
	return r, cost, rest
}

// Step goes on with a lookup for as long as the budget allows, and returns the
// result, nil if there is more to do, and what the step cost. It is not to be
// called again once there is a result.
func (l *Lookup[T]) Step(budget int) (r *topics.Result[T], cost int) {
	budget = max(budget, 1) // So that every step gets on.
	left, done := l.run(budget)
	if done {
		return l.finish(), max(budget-left, 1)
	}
	if !l.rested {
		l.rested, l.subject = true, strings.Clone(l.subject)
	}
	return nil, budget - left
}

// Abandon is for a lookup whose result nobody wants any more. It may be let go
// without that, too.
func (l *Lookup[T]) Abandon() { l.clear() }

// lookup begins a lookup; e is a stale entry of the subject, or nil.
func (x *Index[T]) lookup(h uint32, subject string, e *cache.Entry[T]) *Lookup[T] {
	l := x.spare
	if x.spare = nil; l == nil {
		l = &Lookup[T]{index: x}
	}
	l.subject = subject
	x.cache.Begin(&l.moment, h, subject, e)
	if l.tokens = tokens.Count(subject); l.tokens == 0 {
		l.found = x.nobody
		return l
	}
	if s := x.literals.Find(h, subject); s != nil {
		l.literal, l.some = *s, true
	}
	// Only now: a pattern that came after the sum was taken shows in the sum.
	if x.wide != nil && x.wide.Len() > 0 {
		l.wide = x.wide
	}
	if l.wide == nil && x.trie.Empty() {
		l.found = l.known() // There is nothing to search.
	}
	return l
}

// unchanged reports whether nothing has changed since it began that concerns the subject.
func (l *Lookup[T]) unchanged() bool {
	if c := &l.index.cache; !c.Off() {
		return c.Unchanged(&l.moment)
	}
	return !l.rested && !l.parted
}
