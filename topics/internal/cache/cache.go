package cache

import (
	"github.com/troupe-mq/troupe/topics/dense"
	"github.com/troupe-mq/troupe/topics/internal/subscribers"
)

// Cache remembers results by subject. Entries are dense, 64 bytes each with the subject
// inside where it fits, so that a hit among 100,000 touches a cell and a cache line.
type Cache[T comparable] struct {
	limit    int
	table    dense.Table[Entry[T]]
	counters counters
	budget   budget
	door     doorkeeper
	// Results of more than one subject, in the same budget.
	combinations combinations[T]
	hand         int // the row that was looked at last
	lap          lap
}

// Init makes an empty cache of results at the most, none for 0, which take so many
// bytes at the most. Everywhere counts the changes that concern all partitions.
func (c *Cache[T]) Init(results, bytes int, everywhere *Everywhere) {
	c.limit, c.budget.max = results, bytes
	c.counters.Everywhere, c.counters.pair = everywhere, &untouched
}

// Off reports whether nothing is ever remembered.
func (c *Cache[T]) Off() bool { return c.limit <= 0 }

// Len is how many results there are, stale ones among them.
func (c *Cache[T]) Len() int { return c.table.Len() }

// Bytes is what they take.
func (c *Cache[T]) Bytes() int { return c.budget.used }

// All calls yield for every result, that of several subjects for each of them, until
// it returns false.
func (c *Cache[T]) All(yield func(r *subscribers.Record[T]) bool) {
	for i := range c.table.Len() {
		if !yield(c.table.At(i).record) {
			return
		}
	}
}

// Find returns the entry of a subject, good until the next change of the cache, or nil.
// h is the subject's hash.
func (c *Cache[T]) Find(h uint32, subject string) *Entry[T] {
	e, _ := c.find(h, subject)
	return e
}

// Fresh reports whether nothing has changed since that concerns the subject of an entry.
func (c *Cache[T]) Fresh(e *Entry[T]) bool { return c.counters.sum(e.place) == e.sum }

// find is Find, with the row of the entry.
func (c *Cache[T]) find(h uint32, subject string) (*Entry[T], int) {
	for cells := c.table.Look(); cells != nil; cells = c.table.Rest(cells) {
		for i := cells.Home(h); cells.Taken(i); i = cells.Next(i) {
			if cells.Hash(i) != h {
				continue
			}
			if e := c.table.At(cells.Row(i)); e.is(subject) {
				return e, cells.Row(i)
			}
		}
	}
	return nil, 0
}

// put adds a subject that is not there. If the cache is full an entry picked
// at random makes room.
func (c *Cache[T]) put(m *Moment, subject string, r *subscribers.Record[T]) {
	if !c.admits(m.hash) || c.budget.refuses(r.Bytes()) {
		return
	}
	if c.table.Len() >= c.limit {
		c.remove(c.budget.dice.roll(c.table.Len()))
	}
	e := c.table.Add(m.hash)
	e.record, e.sum, e.place = r, m.sum, m.place
	e.setSubject(subject)
	c.budget.used += entryBytes
	c.budget.add(subjectBytes(len(subject)), longBytes)
	take(&c.budget, r)
	if !c.shrink() {
		c.drop(m.hash, subject)
	}
}

// renew gives an entry another result.
func (c *Cache[T]) renew(e *Entry[T], m *Moment, subject string, r *subscribers.Record[T]) {
	if e.sum = m.sum; e.record == r {
		return
	}
	old := e.record
	e.record = r
	take(&c.budget, r)
	release(&c.budget, old)
	if c.budget.refuses(r.Bytes()) || !c.shrink() {
		c.drop(m.hash, subject)
	}
}

// admits decides if a subject is worth an entry. While there is much room, all
// are; then only those asked for before, so that a stream of subjects which are
// used once (inboxes) displaces nobody.
func (c *Cache[T]) admits(h uint32) bool {
	switch {
	case c.limit <= 0:
		return false
	case c.table.Len() < c.limit/admitShare && c.budget.used < c.budget.max/admitShare:
		return true
	}
	return c.door.knows(h, c.limit)
}

// There is much room in a cache that is filled to less than this part.
const admitShare = 2

// drop forgets a subject if it is there.
func (c *Cache[T]) drop(h uint32, subject string) {
	if e, row := c.find(h, subject); e != nil {
		c.remove(row)
	}
}

// remove forgets an entry, and takes what it holds off the budget.
func (c *Cache[T]) remove(row int) {
	e := c.table.At(row)
	c.budget.used -= entryBytes
	c.budget.add(-subjectBytes(len(e.long)), longBytes)
	release(&c.budget, e.record)
	c.table.Remove(e.hash(), row, (*Entry[T]).hash)
}

// clear forgets everything.
func (c *Cache[T]) clear() {
	for c.table.Len() > 0 {
		c.remove(c.table.Len() - 1)
	}
	for c.combinations.table.Len() > 0 {
		c.combinations.remove(&c.budget, c.combinations.table.Len()-1)
	}
}
