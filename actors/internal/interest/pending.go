package interest

import (
	"math"
	"sync/atomic"
	"time"
)

// Pending is what waits for one client, in bytes of the buffers that hold it: from when
// a commit makes it until the client's transport has taken it. Whoever makes bytes asks
// here first, since the client's own actor may be busy.
type Pending struct {
	posted atomic.Int64 // in the mailbox
	held   atomic.Int64 // in the outbox
	owed   atomic.Int64 // by which what the outbox holds becomes more when it is written
	most   atomic.Int64 // that both may be together
	took   atomic.Int64 // when the client last took something while more waited, in nanoseconds of Unix time

	drops   atomic.Bool  // what does not fit is dropped, and nobody goes for it
	evicted atomic.Bool  // the client is to go: it is made nothing more
	lost    atomic.Int64 // messages that were dropped because they did not fit
}

// NewPending has no limit yet.
func NewPending() *Pending {
	p := &Pending{}
	p.most.Store(math.MaxInt64)
	return p
}

// SetLimit says how many bytes may wait, and whether what does not fit is dropped
// instead of the client's being evicted.
func (p *Pending) SetLimit(bytes int, drops bool) {
	p.most.Store(int64(bytes))
	p.drops.Store(drops)
}

// Post counts bytes that are posted to the client's actor. It reports false, and they
// must not be posted, if there is no room.
func (p *Pending) Post(bytes int) bool {
	if p.evicted.Load() {
		return false
	}
	n := p.posted.Add(int64(bytes))
	if n+p.held.Load()+p.owed.Load() <= p.most.Load() || n == int64(bytes) { // one alone always fits
		return true
	}
	p.posted.Add(int64(-bytes))
	return false
}

// Refuse notes messages that did not fit. It reports whether the client is to be told
// to go, which it is once.
func (p *Pending) Refuse(messages int) (evict bool) {
	if p.drops.Load() {
		p.lost.Add(int64(messages))
		return false
	}
	return p.evicted.CompareAndSwap(false, true)
}

// Drops reports whether what does not fit is dropped.
func (p *Pending) Drops() bool { return p.drops.Load() }

// Receive counts bytes that the actor has taken out of its mailbox.
func (p *Pending) Receive(bytes int) { p.posted.Add(int64(-bytes)) }

// Hold says how many bytes the outbox holds now.
func (p *Pending) Hold(bytes int) { p.held.Store(int64(bytes)) }

// Owe says by how many bytes what the outbox holds becomes more when it is written: copies
// that are not spelled yet are small. It is nothing if it becomes less.
func (p *Pending) Owe(bytes int) {
	if owed := int64(max(bytes, 0)); owed != p.owed.Load() {
		p.owed.Store(owed)
	}
}

// HasRoom reports whether a part of what may wait is as large as bytes: whoever would
// make more of it at once makes it piece by piece instead.
func (p *Pending) HasRoom(bytes int) bool { return int64(bytes) <= p.most.Load()/partAtOnce }

// partAtOnce is which part of what may wait for a client may be made at once.
const partAtOnce = 8

// IsEmpty reports whether nothing waits in the outbox.
func (p *Pending) IsEmpty() bool { return p.held.Load() == 0 }

// Lost is how many messages have been dropped since it was last asked.
func (p *Pending) Lost() int {
	if p.lost.Load() == 0 {
		return 0
	}
	return int(p.lost.Swap(0))
}

// Took notes that the client has taken something while more waits for it, or that
// something begins to wait.
func (p *Pending) Took(now time.Time) { p.took.Store(now.UnixNano()) }

// Still is how long the client has taken nothing, though something waits for it.
func (p *Pending) Still(now time.Time) time.Duration {
	return now.Sub(time.Unix(0, p.took.Load()))
}
