package front

import (
	"net/netip"
	"sync"
	"time"
)

// budget bounds the memory of all answers that are written or sent.
type budget struct {
	limits *limits

	mu     sync.Mutex
	used   int64
	drafts map[*draft]struct{} // those that hold some of it
}

func newBudget(lim *limits) *budget {
	return &budget{limits: lim, drafts: make(map[*draft]struct{})}
}

// take gives n bytes to a draft. If there are not so many, others lose theirs, and
// their connections; or it is not ok, because the draft itself deserves least.
func (b *budget) take(d *draft, n int64) (ok bool) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if d.lost {
		return false
	}
	for b.used+n > b.limits.answers {
		worst := b.leastDeserving(d, n, time.Now())
		if worst == d {
			return false
		}
		b.drop(worst)
		worst.lost = true
		worst.close()
	}
	b.drafts[d] = struct{}{}
	b.used += n
	d.held += n
	return true
}

// leastDeserving is the draft that wastes most: bytes, times how long none of them
// went. Those that have stood still for a while are the first to be looked at.
// Then it is one of the address that holds most, where the one who wants n more
// counts as if it had them.
func (b *budget) leastDeserving(wants *draft, n int64, now time.Time) *draft {
	var worst *draft
	most := 0.0
	choose := func(d *draft, bytes int64) {
		if waste := float64(bytes) * now.Sub(d.since).Seconds(); worst == nil || waste > most {
			worst, most = d, waste
		}
	}
	for d := range b.drafts {
		if d != wants && now.Sub(d.since) >= grace {
			choose(d, d.held)
		}
	}
	if worst != nil {
		return worst
	}
	greedy := b.greediest(wants, n)
	if wants.from == greedy {
		choose(wants, wants.held+n)
	}
	for d := range b.drafts {
		if d != wants && d.from == greedy {
			choose(d, d.held)
		}
	}
	return worst
}

// greediest is the address that holds most.
func (b *budget) greediest(wants *draft, n int64) netip.Addr {
	held := map[netip.Addr]int64{wants.from: n}
	for d := range b.drafts {
		held[d.from] += d.held
	}
	greedy := wants.from
	for from, bytes := range held {
		if bytes > held[greedy] {
			greedy = from
		}
	}
	return greedy
}

// send is told that a draft is whole. It is not ok if that has lost what it held.
func (b *budget) send(d *draft) (ok bool) {
	b.mu.Lock()
	defer b.mu.Unlock()
	d.since = time.Now()
	return !d.lost
}

// took is told that piece i of a draft has gone.
func (b *budget) took(d *draft, i int) {
	if i == 0 {
		return // it was not counted
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	d.since = time.Now()
	if !d.lost {
		b.used -= pieceSize
		d.held -= pieceSize
	}
}

// release takes from a draft all that it holds.
func (b *budget) release(d *draft) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.drop(d)
}

func (b *budget) drop(d *draft) {
	b.used -= d.held
	d.held = 0
	delete(b.drafts, d)
}
