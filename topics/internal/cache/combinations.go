package cache

import (
	"slices"

	"github.com/troupe-mq/troupe/topics/dense"
	"github.com/troupe-mq/troupe/topics/internal/subscribers"
)

// combinations holds the results of combinations of wildcard patterns, so that
// 100,000 subjects matched by the same ten patterns share one result, and a
// subject that is new costs no copy of ten patterns' subscribers. A combination
// is known by the stamps of its leaves: a leaf that changes gets another stamp,
// so nothing in here is ever wrong, only useless.
type combinations[T comparable] struct {
	table dense.Table[combination[T]]
	hand  int
}

type combination[T comparable] struct {
	stamps []uint64
	record *subscribers.Record[T]
	hash   uint32
	used   bool // since the hand was last here
}

const (
	maxCombinations  = 1 << 12
	combinationBytes = 48 + cellBytes // 8 more for each stamp
)

// find returns what the leaves with these stamps get together, or nil.
func (c *combinations[T]) find(h uint32, stamps []uint64) *subscribers.Record[T] {
	for cells := c.table.Look(); cells != nil; cells = c.table.Rest(cells) {
		for i := cells.Home(h); cells.Taken(i); i = cells.Next(i) {
			if cells.Hash(i) != h {
				continue
			}
			if row := c.table.At(cells.Row(i)); slices.Equal(row.stamps, stamps) {
				row.used = true
				return row.record
			}
		}
	}
	return nil
}

// put adds a combination that is not there. The budget has room for it.
func (c *combinations[T]) put(b *budget, h uint32, stamps []uint64, r *subscribers.Record[T]) {
	if n := c.table.Len(); n >= maxCombinations {
		c.remove(b, b.dice.roll(n))
	}
	*c.table.Add(h) = combination[T]{slices.Clone(stamps), r, h, true}
	b.add(combinationBytes+8*len(stamps), heavyBytes)
	take(b, r)
}

// drop forgets a combination by its result.
func (c *combinations[T]) drop(b *budget, h uint32, r *subscribers.Record[T]) {
	for cells := c.table.Look(); cells != nil; cells = c.table.Rest(cells) {
		for i := cells.Home(h); cells.Taken(i); i = cells.Next(i) {
			if cells.Hash(i) == h && c.table.At(cells.Row(i)).record == r {
				c.remove(b, cells.Row(i))
				return
			}
		}
	}
}

func (c *combinations[T]) remove(b *budget, row int) {
	gone := c.table.At(row)
	b.add(-combinationBytes-8*len(gone.stamps), heavyBytes)
	release(b, gone.record)
	c.table.Remove(gone.hash, row, func(moved *combination[T]) uint32 { return moved.hash })
}

// sweep looks at the next few combinations.
func (c *combinations[T]) sweep(b *budget, few int, atOnce bool) {
	for range min(few, c.table.Len()) {
		if c.hand = min(c.hand, c.table.Len()) - 1; c.hand < 0 {
			c.hand = c.table.Len() - 1
		}
		c.forget(b, c.hand, atOnce)
	}
}

// forget forgets a combination whose result no subject has, once it has been of
// no use since somebody looked at it, or at once.
func (c *combinations[T]) forget(b *budget, i int, atOnce bool) {
	switch row := c.table.At(i); {
	case row.record.Refs() > 1:
	case atOnce || !row.used:
		c.remove(b, i)
	default:
		row.used = false
	}
}
