package actors

import "hash/maphash"

// sidTable finds a connection's subscriptions by sid. It is an open-addressed
// table of pointers and nothing else: the sid is in the subscription, and a
// hundred thousand of them should not pay for it again.
type sidTable struct {
	cells []*subscription // a power of two, at most three quarters full; nil when empty
	count int
}

var sidSeed = maphash.MakeSeed()

// leastCells is the size of the smallest table.
const leastCells = 4

// len is the number of subscriptions.
func (t *sidTable) len() int { return t.count }

// get returns the subscription with that sid, nil if there is none.
func (t *sidTable) get(sid []byte) *subscription {
	if t.count == 0 {
		return nil
	}
	mask := len(t.cells) - 1
	for i := int(maphash.Bytes(sidSeed, sid)) & mask; t.cells[i] != nil; i = (i + 1) & mask {
		if t.cells[i].sid() == string(sid) {
			return t.cells[i]
		}
	}
	return nil
}

// put adds a subscription whose sid is not in use.
func (t *sidTable) put(s *subscription) {
	if 4*(t.count+1) > 3*len(t.cells) {
		t.resize(max(leastCells, 2*len(t.cells)))
	}
	t.place(s)
	t.count++
}

func (t *sidTable) place(s *subscription) {
	i := t.home(s)
	for t.cells[i] != nil {
		i = (i + 1) & (len(t.cells) - 1)
	}
	t.cells[i] = s
}

func (t *sidTable) home(s *subscription) int {
	return int(maphash.String(sidSeed, s.sid())) & (len(t.cells) - 1)
}

func (t *sidTable) resize(n int) {
	old := t.cells
	t.cells = make([]*subscription, n)
	for _, s := range old {
		if s != nil {
			t.place(s)
		}
	}
}

// remove takes out this very subscription, and reports whether it was there.
func (t *sidTable) remove(s *subscription) bool {
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
func (t *sidTable) close(i int) {
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

// all calls yield with each subscription, until that returns false. The table
// must not be changed meanwhile.
func (t *sidTable) all(yield func(*subscription) bool) {
	for _, s := range t.cells {
		if s != nil && !yield(s) {
			return
		}
	}
}
