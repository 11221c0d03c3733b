package cache

// shrink forgets what it must for the cache to be within its budget. It gives up
// after a while, for nobody should wait for it: then it returns false, and what
// has been added last must go.
func (c *Cache[T]) shrink() bool {
	b := &c.budget
	for i := 0; i < maxEvictions && b.tooHeavy(); i++ {
		c.combinations.sweep(b, 1, false)
		if e := c.look(); e != nil && (!c.Fresh(e) || e.heavy()) {
			c.remove(c.hand)
		}
	}
	for i := 0; i < maxEvictions && b.over(); i++ {
		c.combinations.sweep(b, 1, c.table.Len() == 0)
		if c.table.Len() > 0 {
			c.remove(b.dice.roll(c.table.Len()))
		}
	}
	return !b.over() && !b.tooHeavy()
}

// maxEvictions is how many entries make room for one, at the most.
const maxEvictions = 64

// SweepFew is the little that every change does against staleness: it looks at the next
// few entries and forgets the stale ones, so that a subscriber who left is not kept
// alive by subjects that nobody uses any more.
func (c *Cache[T]) SweepFew() {
	for range min(sweepPerChange, c.table.Len()) {
		if !c.Fresh(c.look()) {
			c.remove(c.hand)
		}
	}
	c.combinations.sweep(&c.budget, 1, false)
}

// Small enough to cost little, large enough that a full cache is swept in a few
// ten thousand changes.
const sweepPerChange = 4

// look moves the hand on to another entry, and returns that, or nil if there is none.
func (c *Cache[T]) look() *Entry[T] {
	if c.hand = min(c.hand, c.table.Len()) - 1; c.hand < 0 {
		c.hand = c.table.Len() - 1
	}
	if c.hand < 0 {
		return nil
	}
	return c.table.At(c.hand)
}

// lap is a walk through all that is cached. It goes down through
// entries and then combinations: what takes the place of one that is forgotten
// comes from the end, where it has been, so that none escapes it.
type lap struct {
	changes               uint64 // there had been when it began
	under                 bool   // way
	entries, combinations int    // still to be looked at
}

// Sweep looks at up to budget results, and forgets those that a change of wildcard
// patterns has made stale. It reports whether there may be more.
func (c *Cache[T]) Sweep(budget int) (more bool) {
	l, changes := &c.lap, c.counters.changes()
	if c.counters.exhausted() {
		c.clear()
	}
	if !l.under {
		if changes == l.changes {
			return false
		}
		*l = lap{changes, true, c.table.Len(), c.combinations.table.Len()}
	}
	for l.entries = min(l.entries, c.table.Len()); l.entries > 0; budget-- {
		if budget <= 0 {
			return true
		}
		if l.entries--; !c.Fresh(c.table.At(l.entries)) {
			c.remove(l.entries)
		}
	}
	for l.combinations = min(l.combinations, c.combinations.table.Len()); l.combinations > 0; budget-- {
		if budget <= 0 {
			return true
		}
		l.combinations--
		c.combinations.forget(&c.budget, l.combinations, true)
	}
	l.under = false
	return changes != l.changes
}
