package partition

import (
	"sync"
	"sync/atomic"

	"github.com/asynkron/protoactor-go/actor"

	"github.com/troupe-mq/troupe/actors/internal/host"
	"github.com/troupe-mq/troupe/actors/internal/interest"
	"github.com/troupe-mq/troupe/topics"
	"github.com/troupe-mq/troupe/topics/index"
)

type wide = index.Wide[*interest.Subscription]

// Layout is the partitions that there are, and what they have in common: the subscriptions that concern all of them, by
// account, and the links to other servers. It outlives their crashes. Another number of partitions is another layout.
type Layout struct {
	PIDs   []*actor.PID    // by the numbers of the partitions
	Links  *interest.Links // who is told what is subscribed to
	Number uint32          // higher than those of the layouts before it
	first  int             // of the numbers in its partitions' names, which are not used again
	lost   atomic.Uint64   // how many Wides have been lost

	mu       sync.Mutex // partitions look for a Wide when they meet an account first
	byNumber map[int]*wide
}

// NewLayout is one of n partitions, behind another one; nil for the first. They are not started.
func NewLayout(h *host.Host, n int, before *Layout) *Layout {
	l := &Layout{Links: new(interest.Links), byNumber: make(map[int]*wide)}
	if before != nil {
		l.Links, l.Number, l.first = before.Links, before.Number+1, before.first+len(before.PIDs)
	}
	for p := range n {
		l.PIDs = append(l.PIDs, h.PID(host.Path(host.Partitions, l.Name(p))))
	}
	return l
}

// Name is what a partition is called.
func (l *Layout) Name(p int) string { return host.PartitionName(l.first + p) }

// of is the Wide of the account with that number.
func (l *Layout) of(n int) *wide {
	l.mu.Lock()
	defer l.mu.Unlock()
	w := l.byNumber[n]
	if w == nil {
		w = index.NewWide[*interest.Subscription]()
		w.IfBroken(func() { l.lose(n) })
		l.byNumber[n] = w
	}
	return w
}

// find is the same, but nil if there is nothing in it.
func (l *Layout) find(n int) *wide {
	l.mu.Lock()
	defer l.mu.Unlock()
	if w := l.byNumber[n]; w != nil && w.Len() > 0 {
		return w
	}
	return nil
}

// lose forgets the Wide of an account, which may be broken. Every partition finds out
// before it handles its next message, and recalls what it had ([partition.outdated]).
func (l *Layout) lose(n int) {
	l.mu.Lock()
	defer l.mu.Unlock()
	delete(l.byNumber, n)
	l.lost.Add(1)
}

// Retain drops what belongs to accounts that are gone.
func (l *Layout) Retain(alive map[int]bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	for n := range l.byNumber {
		if !alive[n] {
			delete(l.byNumber, n)
		}
	}
}

// count is the subscriptions that concern all partitions, of one account, or of all if
// the number is negative.
func (l *Layout) count(account int) index.Stats {
	l.mu.Lock()
	defer l.mu.Unlock()
	var all index.Stats
	for n, w := range l.byNumber {
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
