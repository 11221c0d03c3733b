package listener

import (
	"net/netip"
	"sync"
	"time"
)

// admission bounds what one address may take of the broker: how many
// connections at a time, and how many attempts a second. It is asked by the
// listener before there is an actor, and told by connections that end. A nil admission is without bounds.
type admission struct {
	mu    sync.Mutex
	most  int     // connections of one address, 0 for no limit
	rate  float64 // attempts of one address a second, 0 for no limit
	known map[netip.Addr]*visitor
	swept time.Time
}

// visitor is what is known of one address.
type visitor struct {
	connections int
	allowance   float64 // attempts it may make now
	last        time.Time
}

// sweepEvery is how often addresses that have gone are forgotten.
const sweepEvery = 10 * time.Second

// NewAdmission allows an address so many connections at a time, and so many attempts
// a second; 0 is no limit.
func NewAdmission(connections, attempts int) *admission {
	return &admission{most: connections, rate: float64(attempts), known: map[netip.Addr]*visitor{}}
}

// SetLimits allows an address so many from now on. Who is there stays, and counts.
func (a *admission) SetLimits(connections, attempts int) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.most, a.rate = connections, float64(attempts)
}

// admit reports whether one more connection of an address may come in. One that has no address may.
func (a *admission) admit(from netip.Addr, now time.Time) bool {
	if a == nil || !from.IsValid() {
		return true
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	a.sweep(now)
	v := a.known[from]
	if v == nil {
		v = &visitor{allowance: a.rate, last: now}
		a.known[from] = v
	}
	if a.rate > 0 {
		v.allowance = min(a.rate, v.allowance+a.rate*now.Sub(v.last).Seconds())
		v.last = now
		if v.allowance < 1 {
			return false
		}
		v.allowance--
	}
	if a.most > 0 && v.connections >= a.most {
		return false
	}
	v.connections++
	return true
}

// Leave is told that a connection of an address has ended.
func (a *admission) Leave(from netip.Addr) {
	if a == nil || !from.IsValid() {
		return
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	if v := a.known[from]; v != nil && v.connections > 0 {
		v.connections--
	}
}

// sweep forgets addresses that have no connection and their full allowance.
func (a *admission) sweep(now time.Time) {
	if now.Sub(a.swept) < sweepEvery {
		return
	}
	a.swept = now
	for from, v := range a.known {
		if v.connections == 0 && now.Sub(v.last) >= time.Second {
			delete(a.known, from)
		}
	}
}
