package subscribers

import (
	"slices"
	"sync/atomic"
)

// When a bag grows past mapAbove members it gets a map from member to
// position, so that removing one of 100,000 is not a search. It loses the map
// below half of that, so that a bag at the edge does not build it over and over.
const mapAbove = 32

// bag is a set in no particular order that can be looked at as a slice.
type bag[T comparable] struct {
	list []T
	at   map[T]int32
	// shared is set while somebody may hold a view of list: members may be
	// appended (behind every view), but none may be overwritten. It is atomic
	// since the readers of a Wide look at one bag at the same time.
	shared atomic.Bool
}

// view returns the members. The slice never changes. Taking it costs nothing,
// but the next member to leave is the dearer for it: it costs a copy.
func (b *bag[T]) view() []T {
	if len(b.list) == 0 {
		return nil
	}
	if !b.shared.Load() {
		b.shared.Store(true)
	}
	return slices.Clip(b.list)
}

func (b *bag[T]) find(sub T) int {
	if b.at != nil {
		if i, ok := b.at[sub]; ok {
			return int(i)
		}
		return -1
	}
	for i, s := range b.list {
		if s == sub {
			return i
		}
	}
	return -1
}

func (b *bag[T]) add(sub T) bool {
	if b.find(sub) >= 0 {
		return false
	}
	if len(b.list) == cap(b.list) {
		b.shared.Store(false) // What is seen of it stays behind.
	}
	b.list = append(b.list, sub)
	switch {
	case b.at != nil:
		b.at[sub] = int32(len(b.list) - 1)
	case len(b.list) > mapAbove:
		b.index()
	}
	return true
}

func (b *bag[T]) remove(sub T) bool {
	i := b.find(sub)
	if i < 0 {
		return false
	}
	roomy := cap(b.list) > 2*mapAbove && len(b.list) < cap(b.list)/4
	if b.shared.Load() || roomy {
		b.list = append(make([]T, 0, len(b.list)+len(b.list)/8), b.list...)
		b.shared.Store(false)
	}
	last := len(b.list) - 1
	moved := b.list[last]
	b.list[i] = moved
	clear(b.list[last:]) // Do not keep the removed one alive.
	b.list = b.list[:last]
	if b.at == nil {
		return true
	}
	b.at[moved] = int32(i)
	delete(b.at, sub) // After the line above: moved may be sub itself.
	switch {
	case last < mapAbove/2:
		b.at = nil
	case roomy: // A Go map never shrinks by itself.
		b.index()
	}
	return true
}

func (b *bag[T]) index() {
	b.at = make(map[T]int32, len(b.list))
	for i, s := range b.list {
		b.at[s] = int32(i)
	}
}
