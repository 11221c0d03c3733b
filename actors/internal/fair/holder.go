package fair

// Owner says whose something is.
type Owner struct {
	Account uint64
	Client  uint64
}

// holder is somebody who holds things: a client, an account, whose parts are its
// clients, or the pool, whose parts are accounts.
type holder[T any] struct {
	whole *holder[T] // nil for the pool
	key   uint64     // among the parts of the whole
	place int        // in the heap of the whole

	held  int                   // bytes
	parts map[uint64]*holder[T] // nil for a client
	most  heap[*holder[T]]      // the parts, the one that holds most first
	items list[T]
}

func newHolder[T any](whole *holder[T], key uint64) *holder[T] {
	return &holder[T]{whole: whole, key: key, most: heap[*holder[T]]{
		before: func(a, b *holder[T]) bool { return a.held > b.held },
		place:  func(h *holder[T]) *int { return &h.place },
	}}
}

// part is one of the parts, which is made if it is not there.
func (h *holder[T]) part(key uint64) *holder[T] {
	if p := h.parts[key]; p != nil {
		return p
	}
	if h.parts == nil {
		h.parts = make(map[uint64]*holder[T])
	}
	p := newHolder(h, key)
	h.parts[key] = p
	h.most.push(p)
	return p
}

// add changes what a holder holds, and so what the whole does. A part that holds
// nothing any more is forgotten.
func (h *holder[T]) add(bytes int) {
	for ; h.whole != nil; h = h.whole {
		h.held += bytes
		if h.held > 0 {
			h.whole.most.fix(h.place)
			continue
		}
		h.whole.most.remove(h.place)
		if delete(h.whole.parts, h.key); len(h.whole.parts) == 0 {
			h.whole.parts = nil
		}
	}
	h.held += bytes
}

// largest is the client that holds most in the account that holds most; nil if
// nobody holds anything.
func (h *holder[T]) largest() *holder[T] {
	for h.whole == nil || h.whole.whole == nil {
		if len(h.most.all) == 0 {
			return nil
		}
		h = h.most.all[0]
	}
	return h
}
