package fair

import "slices"

// Queue is who waits for a turn: accounts one after the other, in each its clients one
// after the other, and of each what came first. So whoever asks for much waits behind
// itself. It has no lock.
type Queue[T any] struct{ all waiter[T] }

// waiter is a queue, an account or a client in it.
type waiter[T any] struct {
	key   uint64                // among the parts of the whole
	parts map[uint64]*waiter[T] // nil for a client
	turns []*waiter[T]          // the parts, the one whose turn is next first
	items []T                   // of a client, the oldest first
}

// Push has v wait.
func (q *Queue[T]) Push(v T, by Owner) {
	client := q.all.part(by.Account).part(by.Client)
	client.items = append(client.items, v)
}

// Pop takes out whose turn it is. It reports false if nothing waits.
func (q *Queue[T]) Pop() (v T, ok bool) {
	if len(q.all.turns) == 0 {
		return v, false
	}
	return q.all.pop(), true
}

// part is the account or client of that key. It is made if it is not there.
func (w *waiter[T]) part(key uint64) *waiter[T] {
	if p := w.parts[key]; p != nil {
		return p
	}
	if w.parts == nil {
		w.parts = make(map[uint64]*waiter[T])
	}
	p := &waiter[T]{key: key}
	w.parts[key] = p
	w.turns = append(w.turns, p)
	return p
}

// pop takes out what is next of one that is not empty. Its turn is over then.
func (w *waiter[T]) pop() (v T) {
	if w.parts == nil {
		var none T
		v, w.items[0], w.items = w.items[0], none, w.items[1:]
		return v
	}
	next := w.turns[0]
	w.turns[0], w.turns = nil, w.turns[1:]
	v = next.pop()
	if len(next.turns)+len(next.items) > 0 {
		w.turns = append(w.turns, next)
		return v
	}
	if delete(w.parts, next.key); len(w.parts) == 0 {
		w.parts, w.turns = nil, nil
	}
	return v
}

// Remove takes out the oldest thing of an owner that is meant. It reports false if there is none. It looks at what that owner has waiting.
func (q *Queue[T]) Remove(by Owner, is func(T) bool) bool {
	account := q.all.parts[by.Account]
	if account == nil {
		return false
	}
	client := account.parts[by.Client]
	if client == nil {
		return false
	}
	at := slices.IndexFunc(client.items, is)
	if at < 0 {
		return false
	}
	if client.items = slices.Delete(client.items, at, at+1); len(client.items) > 0 {
		return true
	}
	if account.drop(client); len(account.turns) == 0 {
		q.all.drop(account)
	}
	return true
}

// drop forgets a part.
func (w *waiter[T]) drop(p *waiter[T]) {
	if delete(w.parts, p.key); len(w.parts) == 0 {
		w.parts, w.turns = nil, nil
		return
	}
	at := slices.Index(w.turns, p)
	w.turns = slices.Delete(w.turns, at, at+1)
}
