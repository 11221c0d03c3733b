package interest

import (
	"hash/maphash"
	"slices"
)

// subscriptionTable finds a connection's subscriptions by sid. It is an open-addressed
// table of pointers and nothing else: the sid is in the subscription, and a
// hundred thousand of them should not pay for it again.
//
// A large one becomes larger, or smaller, while it is used: with each change some of what is
// in the cells of before moves to the new ones.
type subscriptionTable struct {
	cells cells
	count int
	rare  *rare // nil for nearly all
}

// rare is what few tables have. A move is of the cells of before to those of now. There is a free one where it
// began, and where it stops for a while, so that no search among those that are left ends too early.
type rare struct {
	from    cells // nil while nothing is moved
	at      int   // the next one
	left    int   // how many there are from there on, around the end
	shadows map[*Subscription][]*Subscription
}

// have is what is rare, made if there is none.
func (t *subscriptionTable) have() *rare {
	if t.rare == nil {
		t.rare = &rare{}
	}
	return t.rare
}

// cells is a power of two of them, at most three quarters full; nil when empty. From where it
// belongs, a subscription is in the first cell that was free.
type cells []*Subscription

var sidSeed = maphash.MakeSeed()

const (
	leastCells  = 4       // the size of the smallest table
	movedAtOnce = 128     // cells that are moved with a change
	mostAtOnce  = 4 << 10 // the largest table that is moved as a whole
)

// Len is the number of subscriptions.
func (t *subscriptionTable) Len() int { return t.count }

// Get returns the subscription with that sid, nil if there is none.
func (t *subscriptionTable) Get(sid []byte) *Subscription {
	if t.count == 0 {
		return nil
	}
	hash := maphash.Bytes(sidSeed, sid)
	if s := t.cells.get(hash, sid); s != nil || t.rare == nil {
		return s
	}
	return t.rare.from.get(hash, sid)
}

func (c cells) get(hash uint64, sid []byte) *Subscription {
	if len(c) == 0 {
		return nil
	}
	mask := len(c) - 1
	for i := int(hash) & mask; c[i] != nil; i = (i + 1) & mask {
		if c[i].SID() == string(sid) {
			return c[i]
		}
	}
	return nil
}

// Put adds a subscription whose sid is not in use.
func (t *subscriptionTable) Put(s *Subscription) {
	t.moveOn(movedAtOnce)
	if 4*(t.count+1) > 3*len(t.cells) {
		t.resize(max(leastCells, 2*len(t.cells)))
	}
	t.cells.place(s)
	t.count++
}

func (c cells) place(s *Subscription) {
	i := c.home(s)
	for c[i] != nil {
		i = (i + 1) & (len(c) - 1)
	}
	c[i] = s
}

func (c cells) home(s *Subscription) int {
	return int(maphash.String(sidSeed, s.SID())) & (len(c) - 1)
}

// resize begins to move all cells.
func (t *subscriptionTable) resize(n int) {
	for t.moving() {
		t.moveOn(movedAtOnce)
	}
	from := t.cells
	t.cells = make(cells, n)
	if len(from) <= mostAtOnce {
		for s := range from.all {
			t.cells.place(s)
		}
		return
	}
	m := t.have()
	m.from, m.at, m.left = from, 0, len(from)
	for from[m.at] != nil {
		m.at++
	}
}

// moving reports whether some cells are still to be moved.
func (t *subscriptionTable) moving() bool { return t.rare != nil && t.rare.from != nil }

// moveOn goes through n more cells, and those behind them up to a free one.
func (t *subscriptionTable) moveOn(n int) {
	if !t.moving() {
		return
	}
	m := t.rare
	for ; m.left > 0 && (n > 0 || m.from[m.at] != nil); n-- {
		if s := m.from[m.at]; s != nil {
			m.from[m.at] = nil
			t.cells.place(s)
		}
		m.at, m.left = (m.at+1)&(len(m.from)-1), m.left-1
	}
	if m.left == 0 {
		m.from = nil
	}
}

// left is the cells that are still to be moved.
func (t *subscriptionTable) left() cells {
	if t.rare == nil {
		return nil
	}
	return t.rare.from
}

// Remove takes out this very subscription, and reports whether it was there.
func (t *subscriptionTable) Remove(s *Subscription) bool {
	t.moveOn(movedAtOnce)
	if t.count == 0 || !t.cells.remove(s) && !t.left().remove(s) {
		return false
	}
	t.count--
	if n := len(t.cells); n > leastCells && 8*t.count < n && !t.moving() {
		t.resize(n / 2)
	}
	return true
}

// remove takes a subscription out, and moves back what had to step over it.
func (c cells) remove(s *Subscription) bool {
	if len(c) == 0 {
		return false
	}
	mask := len(c) - 1
	i := c.home(s)
	for c[i] != s {
		if c[i] == nil {
			return false
		}
		i = (i + 1) & mask
	}
	c[i] = nil
	for j := (i + 1) & mask; c[j] != nil; j = (j + 1) & mask {
		if home := c.home(c[j]); (j-home)&mask >= (j-i)&mask {
			c[i], c[j] = c[j], nil
			i = j
		}
	}
	return true
}

// Copy is the subscriptions that there are now, with holes between them: to copy the table takes a fraction of the time
// that a look at each of them does.
func (t *subscriptionTable) Copy() []*Subscription { return slices.Concat(t.cells, t.left()) }

// All calls yield with each subscription, until that returns false. The table
// must not be changed meanwhile.
func (t *subscriptionTable) All(yield func(*Subscription) bool) {
	for _, some := range [...]cells{t.cells, t.left()} {
		for s := range some.all {
			if !yield(s) {
				return
			}
		}
	}
}

// all calls yield with each subscription, until that returns false.
func (c cells) all(yield func(*Subscription) bool) {
	for _, s := range c {
		if s != nil && !yield(s) {
			return
		}
	}
}
