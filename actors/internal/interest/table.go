package interest

import (
	"hash/maphash"

	"github.com/troupe-mq/troupe/topics/dense"
)

// subscriptionTable finds a connection's subscriptions by sid. The sid is in the subscription,
// and a hundred thousand of them should not pay for it again.
type subscriptionTable struct {
	rows *dense.Table[*Subscription] // nil: there was none yet
}

var sidSeed = maphash.MakeSeed()

func hashOf(s **Subscription) uint32 { return uint32(maphash.String(sidSeed, (*s).SID()) >> 32) }

// Len is the number of subscriptions.
func (t *subscriptionTable) Len() int {
	if t.rows == nil {
		return 0
	}
	return t.rows.Len()
}

// Get returns the subscription with that sid, nil if there is none.
func (t *subscriptionTable) Get(sid []byte) *Subscription {
	if t.Len() == 0 {
		return nil
	}
	row := t.row(sid, uint32(maphash.Bytes(sidSeed, sid)>>32))
	if row < 0 {
		return nil
	}
	return *t.rows.At(row)
}

// Put adds a subscription whose sid is not in use.
func (t *subscriptionTable) Put(s *Subscription) {
	if t.rows == nil {
		t.rows = new(dense.Table[*Subscription])
	}
	*t.rows.Add(hashOf(&s)) = s
}

// Remove takes out this very subscription, and reports whether it was there.
func (t *subscriptionTable) Remove(s *Subscription) bool {
	if t.Len() == 0 {
		return false
	}
	hash := hashOf(&s)
	row := t.row([]byte(s.SID()), hash)
	if row < 0 || *t.rows.At(row) != s {
		return false
	}
	t.rows.Remove(hash, row, hashOf)
	return true
}

// row is where the subscription with that sid is, -1 if there is none.
func (t *subscriptionTable) row(sid []byte, hash uint32) int {
	for cells := t.rows.Look(); cells != nil; cells = t.rows.Rest(cells) {
		for i := cells.Home(hash); cells.Taken(i); i = cells.Next(i) {
			if cells.Hash(i) == hash && (*t.rows.At(cells.Row(i))).SID() == string(sid) {
				return cells.Row(i)
			}
		}
	}
	return -1
}

// Copy is the subscriptions that there are now: to copy the table takes a fraction of the time
// that a look at each of them does.
func (t *subscriptionTable) Copy() []*Subscription {
	all := make([]*Subscription, t.Len())
	for i := range all {
		all[i] = *t.rows.At(i)
	}
	return all
}

// All calls yield with each subscription, until that returns false. The table
// must not be changed meanwhile.
func (t *subscriptionTable) All(yield func(*Subscription) bool) {
	for i := range t.Len() {
		if !yield(*t.rows.At(i)) {
			return
		}
	}
}
