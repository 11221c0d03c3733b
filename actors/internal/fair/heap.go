package fair

// heap is things in a heap, each of which knows its place. The first is before all
// others.
type heap[T any] struct {
	all    []T
	before func(a, b T) bool
	place  func(T) *int
}

// push adds one.
func (h *heap[T]) push(v T) {
	h.all = append(h.all, v)
	*h.place(v) = len(h.all) - 1
	h.up(len(h.all) - 1)
}

// remove takes out the one at a place.
func (h *heap[T]) remove(at int) {
	last := len(h.all) - 1
	h.swap(at, last)
	var none T
	h.all[last] = none
	h.all = h.all[:last]
	switch {
	case last == 0:
		h.all = nil // nothing is kept of what may have been large
	case at < last:
		h.fix(at)
	}
}

// fix puts the one at a place where it belongs, after it has changed.
func (h *heap[T]) fix(at int) {
	if !h.up(at) {
		h.down(at)
	}
}

func (h *heap[T]) up(at int) (moved bool) {
	for at > 0 {
		parent := (at - 1) / 2
		if !h.before(h.all[at], h.all[parent]) {
			return moved
		}
		h.swap(at, parent)
		at, moved = parent, true
	}
	return moved
}

func (h *heap[T]) down(at int) {
	for {
		first := 2*at + 1
		if first >= len(h.all) {
			return
		}
		if other := first + 1; other < len(h.all) && h.before(h.all[other], h.all[first]) {
			first = other
		}
		if !h.before(h.all[first], h.all[at]) {
			return
		}
		h.swap(at, first)
		at = first
	}
}

func (h *heap[T]) swap(a, b int) {
	h.all[a], h.all[b] = h.all[b], h.all[a]
	*h.place(h.all[a]), *h.place(h.all[b]) = a, b
}
