package topics

// cache remembers results by subject: at most limit of them, and as many as the
// budget has room for. Entries are dense, 64 bytes each with the subject inside
// where it fits, so that a hit among 100,000 touches a cell and a cache line.
type cache[T comparable] struct {
	limit  int
	budget budget
	cells  cells
	rows   rows[entry[T]]
	door   doorkeeper
	// Results of more than one subject, in the same budget.
	combinations combinations[T]
	hand         int // the row that was looked at last
}

// find returns the entry of a subject, good until the next change, and its row;
// or nil. h is the subject's hash.
func (c *cache[T]) find(h uint32, subject string) (*entry[T], int) {
	if c.cells.used == 0 {
		return nil, 0
	}
	for i := c.cells.home(h); ; i = c.cells.next(i) {
		cell := c.cells.tab[i]
		if cellHash(cell) == h && cell != 0 {
			if e := c.rows.at(cellRow(cell)); e.is(subject) {
				return e, cellRow(cell)
			}
		}
		if cell == 0 {
			return nil, 0
		}
	}
}

// put adds a subject that is not there. If the cache is full an entry picked
// at random makes room.
func (c *cache[T]) put(g *generations, h uint32, subject string, sum uint32, p place, r *record[T]) {
	if !c.admits(h) || c.budget.refuses(r.bytes()) {
		return
	}
	var row int
	if c.rows.n < c.limit {
		row = c.rows.push()
	} else {
		row = c.budget.dice.roll(c.rows.n)
		c.cells.remove(c.hash(row), row)
		c.unload(c.rows.at(row))
	}
	c.cells.add(h, row)
	e := c.rows.at(row)
	*e = entry[T]{record: r, sum: sum, place: p}
	e.setSubject(subject)
	c.budget.used += entryBytes
	c.budget.add(subjectBytes(len(subject)), longBytes)
	take(&c.budget, r)
	if !c.shrink(g) {
		c.drop(h, subject)
	}
}

// renew gives an entry another result.
func (c *cache[T]) renew(g *generations, e *entry[T], h uint32, subject string, sum uint32, r *record[T]) {
	if e.sum = sum; e.record == r {
		return
	}
	old := e.record
	e.record = r
	take(&c.budget, r)
	release(&c.budget, old)
	if c.budget.refuses(r.bytes()) || !c.shrink(g) {
		c.drop(h, subject)
	}
}

// combine adds the result of a combination that is not there.
func (c *cache[T]) combine(g *generations, h uint32, stamps []uint64, r *record[T]) {
	if c.limit <= 0 || c.budget.refuses(r.bytes()+8*len(stamps)) {
		return
	}
	c.combinations.put(&c.budget, h, stamps, r)
	if !c.shrink(g) {
		c.combinations.drop(&c.budget, h, r)
	}
}

// admits decides if a subject is worth an entry. While there is much room, all
// are; then only those asked for before, so that a stream of subjects which are
// used once (inboxes) displaces nobody.
func (c *cache[T]) admits(h uint32) bool {
	switch {
	case c.limit <= 0:
		return false
	case c.rows.n < c.limit/admitShare && c.budget.used < c.budget.max/admitShare:
		return true
	}
	return c.door.knows(h, c.limit)
}

// There is much room in a cache that is filled to less than this part.
const admitShare = 2

// drop forgets a subject if it is there.
func (c *cache[T]) drop(h uint32, subject string) {
	if e, row := c.find(h, subject); e != nil {
		c.remove(row)
	}
}

func (c *cache[T]) remove(row int) {
	c.unload(c.rows.at(row))
	c.cells.remove(c.hash(row), row)
	if last := c.rows.n - 1; row != last {
		c.cells.move(c.hash(last), last, row)
		*c.rows.at(row) = *c.rows.at(last)
	}
	c.rows.pop()
}

// unload takes what an entry holds off the budget.
func (c *cache[T]) unload(e *entry[T]) {
	c.budget.used -= entryBytes
	c.budget.add(-subjectBytes(len(e.long)), longBytes)
	release(&c.budget, e.record)
}

func (c *cache[T]) hash(row int) uint32 {
	return uint32(hash(c.rows.at(row).subject()))
}

// clear forgets everything.
func (c *cache[T]) clear() {
	for c.rows.n > 0 {
		c.remove(c.rows.n - 1)
	}
	for c.combinations.rows.n > 0 {
		c.combinations.remove(&c.budget, c.combinations.rows.n-1)
	}
}
