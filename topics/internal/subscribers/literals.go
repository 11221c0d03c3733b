package subscribers

import (
	"github.com/troupe-mq/troupe/topics/dense"
	"github.com/troupe-mq/troupe/topics/internal/tokens"
)

// Literals is the table of the literal patterns: by far the most numerous, so
// a row is 32 bytes, its cell 10 to 15, and that is all one costs.
type Literals[T comparable] struct {
	table dense.Table[literal[T]]
}

type literal[T comparable] struct {
	pattern string
	set     Set[T]
}

func (l *literal[T]) hash() uint32 { return uint32(tokens.Hash(l.pattern)) }

// find returns a pattern and its row, or nil; h is the pattern's hash.
func (l *Literals[T]) find(h uint32, pattern string) (*literal[T], int) {
	for cells := l.table.Look(); cells != nil; cells = l.table.Rest(cells) {
		for i := cells.Home(h); cells.Taken(i); i = cells.Next(i) {
			if cells.Hash(i) != h {
				continue
			}
			if r := l.table.At(cells.Row(i)); r.pattern == pattern {
				return r, cells.Row(i)
			}
		}
	}
	return nil, 0
}

// Find returns the subscribers of a subject, or nil; h is its hash.
func (l *Literals[T]) Find(h uint32, subject string) *Set[T] {
	if r, _ := l.find(h, subject); r != nil {
		return &r.set
	}
	return nil
}

// Insert adds sub under a pattern, and reports whether it was not there.
func (l *Literals[T]) Insert(h uint32, pattern, queue string, sub T) bool {
	if r, _ := l.find(h, pattern); r != nil {
		return r.set.add(queue, sub)
	}
	r := l.table.Add(h)
	r.pattern = pattern
	r.set.init(queue, sub)
	return true
}

// Remove takes sub away from under a pattern, and reports whether it was there.
func (l *Literals[T]) Remove(h uint32, pattern, queue string, sub T) bool {
	r, row := l.find(h, pattern)
	if r == nil {
		return false
	}
	removed, empty := r.set.remove(queue, sub)
	if empty {
		l.table.Remove(h, row, (*literal[T]).hash)
	}
	return removed
}

// All calls yield for every subscriber until it returns false.
func (l *Literals[T]) All(yield func(pattern, queue string, sub T) bool) bool {
	for i := range l.table.Len() {
		if r := l.table.At(i); !r.set.all(r.pattern, yield) {
			return false
		}
	}
	return true
}
