package interest

import (
	"sync/atomic"
)

// fence lets a connection that has ended a subscription in a queue group wait
// for the commits that may have chosen it before: until their messages are in
// its mailbox, its client must not hear that the subscription is over. Else a
// client that drains would close on a message that no other member gets.
//
// A commit is inside from before it asks a member until it has posted to it. The
// owner ends the subscription, begins a new round and waits for those who are
// inside from the round before; whoever enters later finds it ended.
type fence struct {
	round  atomic.Uint32
	inside [2]atomic.Int32 // by the parity of the round
	wanted atomic.Bool     // the owner waits
}

// Enter returns what leave wants to have, and whether that is the round that the
// owner will wait for next. If not, leave and enter again.
func (f *fence) Enter() (round uint32, current bool) {
	round = f.round.Load()
	f.inside[round&1].Add(1)
	return round, f.round.Load() == round
}

// Leave reports whether the owner is to be told.
func (f *fence) Leave(round uint32) bool {
	return f.inside[round&1].Add(-1) == 0 && f.wanted.Load()
}

// Begin begins a round. Only the owner calls it, and not while it waits.
func (f *fence) Begin() { f.round.Add(1) }

// Passed reports whether all who were inside before the last begin have left. If
// not, the owner is told when they have.
func (f *fence) Passed() bool {
	before := &f.inside[(f.round.Load()-1)&1]
	if before.Load() > 0 {
		f.wanted.Store(true)
		if before.Load() > 0 {
			return false
		}
	}
	f.wanted.Store(false)
	return true
}
