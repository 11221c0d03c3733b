package index

import (
	"github.com/troupe-mq/troupe/topics"
	"github.com/troupe-mq/troupe/topics/internal/subscribers"
)

// run is a step of a lookup. It returns what is left of the budget, and whether
// the result is found.
func (l *Lookup[T]) run(budget int) (left int, done bool) {
	if l.found != nil {
		return budget, true
	}
	if l.wide == nil {
		return l.search(budget)
	}
	for {
		slice := min(budget, lockedVisits)
		left, done = l.searchLocked(slice)
		if budget -= slice - left; done || budget <= 0 {
			return budget, done
		}
		l.parted = true
	}
}

// lockedVisits is how much is done in one go while those who change the Wide wait.
const lockedVisits = 256

func (l *Lookup[T]) searchLocked(budget int) (left int, done bool) {
	l.wide.mu.RLock()
	defer l.wide.mu.RUnlock()
	return l.search(budget)
}

func (l *Lookup[T]) search(budget int) (left int, done bool) {
	if !l.begun {
		l.begin()
	}
	budget = l.walk.Run(l.subject, budget)
	if !l.walk.Done() {
		return budget, false
	}
	if l.merge.Record() == nil {
		if l.found = l.known(); l.found != nil {
			return budget - len(l.walk.Leaves)/stampsPerUnit, true
		}
		l.made = true
		l.merge.Begin(&l.walk, l.literal, l.some)
	}
	if budget, done = l.merge.Run(l.walk.Leaves, budget); done {
		l.found = l.merge.Record()
	}
	return budget, done
}

const stampsPerUnit = 64

// begin enters the tries. From here on the Wide is locked.
func (l *Lookup[T]) begin() {
	l.begun = true
	if l.wide != nil {
		l.index.cache.Note(&l.moment) // again, as nothing was locked before
		l.walk.Enter(&l.wide.trie, l.tokens)
	}
	if own := &l.index.trie; !own.Empty() {
		l.walk.Enter(own, l.tokens)
	}
}

// known is the result if it exists, or can be had without copying anything.
func (l *Lookup[T]) known() *subscribers.Record[T] {
	x, leaves := l.index, l.walk.Leaves
	switch {
	case len(leaves) == 0 && !l.some:
		return x.nobody
	case len(leaves) == 0:
		return l.direct(&l.literal)
	case l.some || !l.unchanged():
		return nil
	case len(leaves) == 1 && leaves[0].Record != nil:
		return leaves[0].Record
	}
	if r := x.cache.Combination(l.walk.Key(), l.walk.Stamps); r != nil {
		return r
	}
	if len(leaves) == 1 {
		return l.direct(leaves[0].Set())
	}
	return nil
}

// direct is the result if only s matches, or nil if that has so many groups that
// it is better made in steps.
func (l *Lookup[T]) direct(s *subscribers.Set[T]) *subscribers.Record[T] {
	if s.Groups() > maxDirect {
		return nil
	}
	l.made = true
	return s.Record()
}

const maxDirect = 64

// finish keeps the result, if it may, and returns it.
func (l *Lookup[T]) finish() *topics.Result[T] {
	r := l.found
	if l.unchanged() {
		l.index.cache.Keep(&l.moment, l.subject, r, l.rested)
		if l.made && !l.some && len(l.walk.Leaves) > 0 {
			l.share(r)
		}
	}
	l.clear()
	return &r.Result
}

// share lets other subjects that the same leaves match have a result.
func (l *Lookup[T]) share(r *subscribers.Record[T]) {
	c, leaves := &l.index.cache, l.walk.Leaves
	// A leaf of the Wide is not looked at without its lock, but the stamp that was found.
	if len(leaves) == 1 && l.walk.Stamps[0]&wideStamp == 0 {
		leaves[0].Record = r
		return
	}
	if l.rested && c.Combination(l.walk.Key(), l.walk.Stamps) != nil {
		return // Another lookup was faster.
	}
	c.Combine(l.walk.Key(), l.walk.Stamps, r)
}

// clear makes the lookup ready for another subject.
func (l *Lookup[T]) clear() {
	l.walk.Clear()
	if l.merge.Record() != nil {
		l.merge = subscribers.Merge[T]{}
	}
	l.subject, l.wide, l.literal, l.found = "", nil, subscribers.Set[T]{}, nil
	l.some, l.begun, l.rested, l.made = false, false, false, false
	l.index.spare = l
}
