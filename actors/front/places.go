package front

import (
	"context"
	"net/netip"
	"slices"
	"sync"
)

// Places are for work that takes a processor, a few at a time. One address never
// has all of them, so that another need not wait for it; and of those who wait,
// the next is of the address that has fewest.
type Places struct {
	mu      sync.Mutex
	free    int
	share   int // most of one address
	taken   map[netip.Addr]int
	waiting []*waiter // in the order in which they came; no more than there are requests
}

type waiter struct {
	from netip.Addr
	next chan struct{} // closed when it has a place
}

// NewPlaces makes n of them.
func NewPlaces(n int) *Places {
	return &Places{free: n, share: max(n-1, 1), taken: make(map[netip.Addr]int)}
}

// Enter waits for a place until ctx ends, which is the error. Who got one gives it
// back by leave.
func (p *Places) Enter(ctx context.Context, from netip.Addr) (leave func(), err error) {
	w := &waiter{from: from, next: make(chan struct{})}
	p.mu.Lock()
	p.waiting = append(p.waiting, w)
	p.admit()
	p.mu.Unlock()
	leave = sync.OnceFunc(func() { p.leave(from) })
	select {
	case <-w.next:
		return leave, nil
	case <-ctx.Done():
	}
	if !p.giveUp(w) {
		leave() // it got one meanwhile
	}
	return nil, ctx.Err()
}

// giveUp is not ok for one that has a place.
func (p *Places) giveUp(w *waiter) (ok bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	i := slices.Index(p.waiting, w)
	if i < 0 {
		return false
	}
	p.waiting = slices.Delete(p.waiting, i, i+1)
	return true
}

func (p *Places) leave(from netip.Addr) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.free++
	if p.taken[from]--; p.taken[from] == 0 {
		delete(p.taken, from)
	}
	p.admit()
}

// admit gives free places to those who wait.
func (p *Places) admit() {
	for p.free > 0 {
		i := p.first()
		if i < 0 {
			return
		}
		w := p.waiting[i]
		p.waiting = slices.Delete(p.waiting, i, i+1)
		p.free--
		p.taken[w.from]++
		close(w.next)
	}
}

// first is who waits for the next place, -1 if nobody may have one.
func (p *Places) first() int {
	best := -1
	for i, w := range p.waiting {
		if p.taken[w.from] < p.share && (best < 0 || p.taken[w.from] < p.taken[p.waiting[best].from]) {
			best = i
		}
	}
	return best
}
