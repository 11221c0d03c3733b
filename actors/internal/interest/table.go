package interest

import (
	"hash/maphash"
)

// subscriptionTable finds a connection's subscriptions by sid. It is an open-addressed
// table of pointers and nothing else: the sid is in the subscription, and a
// hundred thousand of them should not pay for it again.
type subscriptionTable struct {
	cells []*Subscription // a power of two, at most three quarters full; nil when empty
	count int
}

var sidSeed = maphash.MakeSeed()

// leastCells is the size of the smallest table.
const leastCells = 4

// Len is the number of subscriptions.
func (t *subscriptionTable) Len() int { return t.count }

// Get returns the subscription with that sid, nil if there is none.
func (t *subscriptionTable) Get(sid []byte) *Subscription {
	if t.count == 0 {
		return nil
	}
	mask := len(t.cells) - 1
	for i := int(maphash.Bytes(sidSeed, sid)) & mask; t.cells[i] != nil; i = (i + 1) & mask {
		if t.cells[i].SID() == string(sid) {
			return t.cells[i]
		}
	}
	return nil
}

// Put adds a subscription whose sid is not in use.
func (t *subscriptionTable) Put(s *Subscription) {
	if 4*(t.count+1) > 3*len(t.cells) {
		t.resize(max(leastCells, 2*len(t.cells)))
	}
	t.place(s)
	t.count++
}

func (t *subscriptionTable) place(s *Subscription) {
	i := t.home(s)
	for t.cells[i] != nil {
		i = (i + 1) & (len(t.cells) - 1)
	}
	t.cells[i] = s
}

func (t *subscriptionTable) home(s *Subscription) int {
	return int(maphash.String(sidSeed, s.SID())) & (len(t.cells) - 1)
}

func (t *subscriptionTable) resize(n int) {
	old := t.cells
	t.cells = make([]*Subscription, n)
	for _, s := range old {
		if s != nil {
			t.place(s)
		}
	}
}

// Remove takes out this very subscription, and reports whether it was there.
func (t *subscriptionTable) Remove(s *Subscription) bool {
	if t.count == 0 {
		return false
	}
	mask := len(t.cells) - 1
	i := t.home(s)
	for t.cells[i] != s {
		if t.cells[i] == nil {
			return false
		}
		i = (i + 1) & mask
	}
	t.close(i)
	t.count--
	if n := len(t.cells); n > leastCells && 8*t.count < n {
		t.resize(n / 2)
	}
	return true
}

// close empties cell i and moves back what had to step over it, so that no
// search ends too early.
func (t *subscriptionTable) close(i int) {
	mask := len(t.cells) - 1
	t.cells[i] = nil
	for j := (i + 1) & mask; t.cells[j] != nil; j = (j + 1) & mask {
		home := t.home(t.cells[j])
		if (j-home)&mask >= (j-i)&mask {
			t.cells[i], t.cells[j] = t.cells[j], nil
			i = j
		}
	}
}

// All calls yield with each subscription, until that returns false. The table
// must not be changed meanwhile.
func (t *subscriptionTable) All(yield func(*Subscription) bool) {
	for _, s := range t.cells {
		if s != nil && !yield(s) {
			return
		}
	}
}
