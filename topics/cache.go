package topics

import "strings"

// cache remembers results by subject: at most limit of them, and not those of
// very long subjects. Entries are dense, 64 bytes each with the subject inside
// where it fits, so that a hit among 100,000 touches a cell and a cache line.
type cache[T comparable] struct {
	limit int
	cells cells
	rows  rows[entry[T]]
	door  doorkeeper
	hand  int    // where sweep goes on
	dice  uint64 // state of a small random generator
}

// entry is one cached result. It is stale when the generations at its place
// have another sum.
type entry[T comparable] struct {
	result *Result[T]
	long   string // the subject, if it is longer than short
	sum    uint32
	place  place
	length uint8 // of the subject in short; tooLong if it is in long
	short  [shortSubject]byte
}

const (
	shortSubject = 31 // fills an entry up to 64 bytes
	tooLong      = 255
	// A subject longer than this is matched every time. It bounds the memory
	// that a client can fill the cache with.
	maxCachedSubject = 128
)

func (e *entry[T]) is(subject string) bool {
	if e.length == tooLong {
		return e.long == subject
	}
	return string(e.short[:e.length&shortSubject]) == subject
}

func (e *entry[T]) subject() string {
	if e.length == tooLong {
		return e.long
	}
	return string(e.short[:e.length])
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
func (c *cache[T]) put(h uint32, subject string, sum uint32, p place, r *Result[T]) {
	if len(subject) > maxCachedSubject || !c.admits(h) {
		return
	}
	var row int
	if c.rows.n < c.limit {
		row = c.rows.push()
	} else {
		row = c.random()
		c.cells.remove(c.hash(row), row)
	}
	c.cells.add(h, row)
	e := c.rows.at(row)
	*e = entry[T]{result: r, sum: sum, place: p}
	if len(subject) <= shortSubject {
		e.length = uint8(copy(e.short[:], subject))
	} else {
		e.length, e.long = tooLong, strings.Clone(subject)
	}
}

// admits decides if a subject is worth an entry. While there is much room, all
// are; then only those asked for before, so that a stream of subjects which are
// used once (inboxes) displaces nobody.
func (c *cache[T]) admits(h uint32) bool {
	switch {
	case c.limit <= 0:
		return false
	case c.rows.n < c.limit/admitShare:
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
	c.cells.remove(c.hash(row), row)
	if last := c.rows.n - 1; row != last {
		c.cells.move(c.hash(last), last, row)
		*c.rows.at(row) = *c.rows.at(last)
	}
	c.rows.pop()
}

func (c *cache[T]) hash(row int) uint32 {
	return uint32(hash(c.rows.at(row).subject()))
}

// random picks a row by xorshift: who is evicted must be cheap to say and hard
// to foresee, no more.
func (c *cache[T]) random() int {
	c.dice = max(c.dice, 1)
	c.dice ^= c.dice << 13
	c.dice ^= c.dice >> 7
	c.dice ^= c.dice << 17
	return int(c.dice >> 32 * uint64(c.rows.n) >> 32)
}

// sweep looks at the next few entries and forgets the stale ones, so that a
// subscriber who left is not kept alive by subjects that nobody uses any more.
func (c *cache[T]) sweep(g *generations, few int) {
	for range min(few, c.rows.n) {
		if c.hand >= c.rows.n {
			c.hand = 0
		}
		if e := c.rows.at(c.hand); g.sum(e.place) != e.sum {
			c.remove(c.hand) // Another one is in its place now: look at that next.
		} else {
			c.hand++
		}
	}
}

// reset forgets everything.
func (c *cache[T]) reset() { *c = cache[T]{limit: c.limit} }
