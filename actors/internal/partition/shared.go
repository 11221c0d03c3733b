package partition

import (
	"sync"
	"sync/atomic"

	"github.com/troupe-mq/troupe/actors/internal/interest"
	"github.com/troupe-mq/troupe/topics"
	"github.com/troupe-mq/troupe/topics/index"
)

type wide = index.Wide[*interest.Subscription]

// Shared is what the partitions of a broker have in common: the subscriptions that
// concern all of them, by account, and the links to other servers. It outlives the partitions' crashes.
type Shared struct {
	Links      interest.Links // who is told what is subscribed to
	partitions int
	lost       atomic.Uint64 // how many Wides have been lost

	mu       sync.Mutex // partitions look for a Wide when they meet an account first
	byNumber map[int]*wide
}

// NewShared is for so many partitions.
func NewShared(partitions int) *Shared {
	return &Shared{partitions: partitions, byNumber: make(map[int]*wide)}
}

// of is the Wide of the account with that number.
func (s *Shared) of(n int) *wide {
	s.mu.Lock()
	defer s.mu.Unlock()
	w := s.byNumber[n]
	if w == nil {
		w = index.NewWide[*interest.Subscription]()
		w.IfBroken(func() { s.lose(n) })
		s.byNumber[n] = w
	}
	return w
}

// find is the same, but nil if there is nothing in it.
func (s *Shared) find(n int) *wide {
	s.mu.Lock()
	defer s.mu.Unlock()
	if w := s.byNumber[n]; w != nil && w.Len() > 0 {
		return w
	}
	return nil
}

// lose forgets the Wide of an account, which may be broken. Every partition finds out
// before it handles its next message, and recalls what it had ([partition.outdated]).
func (s *Shared) lose(n int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.byNumber, n)
	s.lost.Add(1)
}

// Retain drops what belongs to accounts that are gone.
func (s *Shared) Retain(alive map[int]bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for n := range s.byNumber {
		if !alive[n] {
			delete(s.byNumber, n)
		}
	}
}

// count is the subscriptions that concern all partitions, of one account, or of all if
// the number is negative.
func (s *Shared) count(account int) index.Stats {
	s.mu.Lock()
	defer s.mu.Unlock()
	var all index.Stats
	for n, w := range s.byNumber {
		if account < 0 || account == n {
			all = all.Plus(w.Count())
		}
	}
	return all
}

// Home is the partition that a pattern is subscribed and unsubscribed in, out of n.
// Where the pattern concerns all partitions, that one does it for them.
func Home(pattern string, n int) (p int, wide bool) {
	p, wide = topics.Home(pattern, n)
	if wide {
		p = topics.Partition([]byte(pattern), n)
	}
	return p, wide
}
