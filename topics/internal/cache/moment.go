package cache

import "github.com/troupe-mq/troupe/topics/internal/subscribers"

// Moment is what a result that is searched for depends on, as it was when the search
// began.
type Moment struct {
	place           place
	hash, sum, edit uint32
	absent          bool // There was no entry.
}

// Begin begins a search for a subject that has no fresh entry; e is its stale one, or
// nil.
func (c *Cache[T]) Begin(m *Moment, h uint32, subject string, e *Entry[T]) {
	if c.counters.exhausted() {
		c.clear()
		e = nil
	}
	m.hash, m.absent = h, e == nil
	switch {
	case e != nil:
		m.place = e.place
	case c.limit > 0:
		m.place = placeOf(subject)
	}
	c.Note(m)
}

// Note takes down anew what there is now.
func (c *Cache[T]) Note(m *Moment) {
	if c.limit > 0 {
		m.sum, m.edit = c.counters.sum(m.place), c.counters.edits[m.hash%editBuckets]
	}
}

// Unchanged reports whether nothing has changed since that concerns the subject.
func (c *Cache[T]) Unchanged(m *Moment) bool {
	return m.sum == c.counters.sum(m.place) && m.edit == c.counters.edits[m.hash%editBuckets]
}

// Keep remembers a result, if there is room. Others says that there may have been
// other searches for the same subject since this one began.
func (c *Cache[T]) Keep(m *Moment, subject string, r *subscribers.Record[T], others bool) {
	if !c.Off() {
		c.keep(m, subject, r, others)
	}
}

func (c *Cache[T]) keep(m *Moment, subject string, r *subscribers.Record[T], others bool) {
	if !m.absent || others {
		if e := c.Find(m.hash, subject); e != nil {
			c.renew(e, m, subject, r)
			return
		}
	}
	c.put(m, subject, r)
}

// Combination returns what the leaves with these stamps get together, or nil; key is a
// hash of them.
func (c *Cache[T]) Combination(key uint32, stamps []uint64) *subscribers.Record[T] {
	return c.combinations.find(key, stamps)
}

// Combine remembers that, if there is room; it is not there.
func (c *Cache[T]) Combine(key uint32, stamps []uint64, r *subscribers.Record[T]) {
	if c.limit <= 0 || c.budget.refuses(r.Bytes()+8*len(stamps)) {
		return
	}
	c.combinations.put(&c.budget, key, stamps, r)
	if !c.shrink() {
		c.combinations.drop(&c.budget, key, r)
	}
}

// Edited notes that a literal pattern has changed: it forgets the one subject that it
// matches; h is the hash of both.
func (c *Cache[T]) Edited(h uint32, pattern string) {
	c.counters.edits[h%editBuckets]++
	c.drop(h, pattern)
}

// Changed notes that a wildcard pattern has changed: it makes stale what is remembered
// of subjects that it may match.
func (c *Cache[T]) Changed(pattern string) {
	c.counters.changed(pattern)
	c.SweepFew()
}
