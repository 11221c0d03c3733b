package topics

// shrink forgets what it must for the cache to be within its budget. It gives up
// after a while, for nobody should wait for it: then it returns false, and what
// has been added last must go.
func (c *cache[T]) shrink(g *generations) bool {
	b := &c.budget
	for i := 0; i < maxEvictions && b.tooHeavy(); i++ {
		c.combinations.sweep(b, 1, false)
		if e := c.look(); e != nil && (e.stale(g) || e.heavy()) {
			c.remove(c.hand)
		}
	}
	for i := 0; i < maxEvictions && b.over(); i++ {
		c.combinations.sweep(b, 1, c.rows.n == 0)
		if c.rows.n > 0 {
			c.remove(b.dice.roll(c.rows.n))
		}
	}
	return !b.over() && !b.tooHeavy()
}

// maxEvictions is how many entries make room for one, at the most.
const maxEvictions = 64

// sweep looks at the next few entries and forgets the stale ones, so that a
// subscriber who left is not kept alive by subjects that nobody uses any more.
func (c *cache[T]) sweep(g *generations, few int) {
	for range min(few, c.rows.n) {
		if c.look().stale(g) {
			c.remove(c.hand)
		}
	}
}

// look moves the hand on to another entry, and returns that, or nil if there is none.
func (c *cache[T]) look() *entry[T] {
	if c.hand = min(c.hand, c.rows.n) - 1; c.hand < 0 {
		c.hand = c.rows.n - 1
	}
	if c.hand < 0 {
		return nil
	}
	return c.rows.at(c.hand)
}

func (e *entry[T]) stale(g *generations) bool { return g.sum(e.place) != e.sum }

// sweeping is a lap through all that an index has cached. It goes down through
// entries and then combinations: what takes the place of one that is forgotten
// comes from the end, where it has been, so that none escapes it.
type sweeping struct {
	changes               uint64 // there had been when it began
	under                 bool   // way
	entries, combinations int    // still to be looked at
}

// Sweep looks at up to budget cached results, and forgets those that a change of
// wildcard patterns has made stale and with them subscribers who have gone. It
// reports whether there may be more. Nothing else gives back what nobody asks
// for any more, so the owner calls it now and then until it returns false, also
// when others have changed the [Wide] of the index. To look at a result takes
// some 20 ns, to forget it some 200. When nothing has changed it takes 2. It must
// be called at least once in 2^30 changes of a Wide.
func (x *Index[T]) Sweep(budget int) (more bool) {
	s, changes := &x.sweeping, x.generations.changes()
	if x.generations.exhausted() {
		x.cache.clear()
	}
	if !s.under {
		if changes == s.changes {
			return false
		}
		*s = sweeping{changes, true, x.cache.rows.n, x.cache.combinations.rows.n}
	}
	c := &x.cache
	for s.entries = min(s.entries, c.rows.n); s.entries > 0; budget-- {
		if budget <= 0 {
			return true
		}
		if s.entries--; c.rows.at(s.entries).stale(&x.generations) {
			c.remove(s.entries)
		}
	}
	for s.combinations = min(s.combinations, c.combinations.rows.n); s.combinations > 0; budget-- {
		if budget <= 0 {
			return true
		}
		s.combinations--
		c.combinations.forget(&c.budget, s.combinations, true)
	}
	s.under = false
	return changes != s.changes
}
