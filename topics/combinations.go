package topics

import "slices"

// combinations holds the results of combinations of wildcard patterns, so that
// 100,000 subjects matched by the same ten patterns share one result, and a
// subject that is new costs no copy of ten patterns' subscribers. A combination
// is known by the stamps of its leaves: a leaf that changes gets another stamp,
// so nothing in here is ever wrong, only useless.
type combinations[T comparable] struct {
	cells cells
	rows  rows[combination[T]]
	hand  int
}

type combination[T comparable] struct {
	stamps []uint64
	record *record[T]
	hash   uint32
	used   bool // since the hand was last here
}

const (
	maxCombinations  = 1 << 12
	combinationBytes = 48 + cellBytes // 8 more for each stamp
)

// find returns what the leaves with these stamps get together, or nil.
func (c *combinations[T]) find(h uint32, stamps []uint64) *record[T] {
	if c.cells.used == 0 {
		return nil
	}
	for i := c.cells.home(h); c.cells.tab[i] != 0; i = c.cells.next(i) {
		cell := c.cells.tab[i]
		if cellHash(cell) != h {
			continue
		}
		if row := c.rows.at(cellRow(cell)); slices.Equal(row.stamps, stamps) {
			row.used = true
			return row.record
		}
	}
	return nil
}

// put adds a combination that is not there. The budget has room for it.
func (c *combinations[T]) put(b *budget, h uint32, stamps []uint64, r *record[T]) {
	if c.rows.n >= maxCombinations {
		c.remove(b, b.dice.roll(c.rows.n))
	}
	row := c.rows.push()
	c.cells.add(h, row)
	*c.rows.at(row) = combination[T]{slices.Clone(stamps), r, h, true}
	b.add(combinationBytes+8*len(stamps), heavyBytes)
	take(b, r)
}

// drop forgets a combination by its result.
func (c *combinations[T]) drop(b *budget, h uint32, r *record[T]) {
	for i := c.cells.home(h); c.cells.tab[i] != 0; i = c.cells.next(i) {
		if row := cellRow(c.cells.tab[i]); cellHash(c.cells.tab[i]) == h && c.rows.at(row).record == r {
			c.remove(b, row)
			return
		}
	}
}

func (c *combinations[T]) remove(b *budget, row int) {
	gone := c.rows.at(row)
	b.add(-combinationBytes-8*len(gone.stamps), heavyBytes)
	release(b, gone.record)
	c.cells.remove(gone.hash, row)
	if last := c.rows.n - 1; row != last {
		c.cells.move(c.rows.at(last).hash, last, row)
		*gone = *c.rows.at(last)
	}
	c.rows.pop()
}

// sweep looks at the next few combinations.
func (c *combinations[T]) sweep(b *budget, few int, atOnce bool) {
	for range min(few, c.rows.n) {
		if c.hand = min(c.hand, c.rows.n) - 1; c.hand < 0 {
			c.hand = c.rows.n - 1
		}
		c.forget(b, c.hand, atOnce)
	}
}

// forget forgets a combination whose result no subject has, once it has been of
// no use since somebody looked at it, or at once.
func (c *combinations[T]) forget(b *budget, i int, atOnce bool) {
	switch row := c.rows.at(i); {
	case row.record.refs > 1:
	case atOnce || !row.used:
		c.remove(b, i)
	default:
		row.used = false
	}
}
