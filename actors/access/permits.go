package access

import (
	"time"

	"github.com/troupe-mq/troupe/actors/internal/fair"
)

// NewPermits is the book of permits that somebody with these rights keeps; nil
// without Responds.
func (r *Rights) NewPermits() *Permits {
	if !r.Responds() {
		return nil
	}
	lasts := r.responses.Expires + 1 // it is good at that very moment
	if r.responses.Expires < 0 {
		lasts = forever
	}
	return &Permits{most: r.responses.Max, lasts: lasts, open: make(map[string]*fair.Item[permit]), pool: fair.NewPool[permit]()}
}

// forever is longer than any broker runs.
const forever = 100 * 365 * 24 * time.Hour

// Permits are the reply subjects that one connection may publish to, because it
// has received messages that ask for it. What they cost is bounded, for all who ask
// together: whoever has most of them open loses its oldest, see fair.Pool.
type Permits struct {
	most  int
	lasts time.Duration
	open  map[string]*fair.Item[permit]
	pool  *fair.Pool[permit]
}

type permit struct {
	subject string
	left    int
}

// What one connection may have open.
const (
	maxPermitBytes = 4 << 20
	permitBytes    = 320 // of one beside its subject: itself, its places, and its share of who has asked
)

// Grant permits to answer to a reply subject of somebody.
func (p *Permits) Grant(reply string, by fair.Owner, now time.Time) {
	if before := p.open[reply]; before != nil {
		p.forget(before)
	}
	p.expire(now, 2)
	p.open[reply] = p.pool.Add(permit{reply, p.most}, by, permitBytes+len(reply), now, p.lasts)
	for p.pool.Bytes() > maxPermitBytes {
		p.forget(p.pool.Excess())
	}
}

func (p *Permits) forget(g *fair.Item[permit]) {
	p.pool.Remove(g)
	delete(p.open, g.Value.subject)
}

func (p *Permits) expire(now time.Time, most int) {
	for range most {
		g := p.pool.Overdue(now)
		if g == nil {
			return
		}
		p.forget(g)
	}
}

// Tidy forgets permits whose time is up, a few thousand of them at most.
func (p *Permits) Tidy(now time.Time) {
	if p != nil {
		p.expire(now, 1<<12)
	}
}

// Open reports whether a message could be published to the subject now.
func (p *Permits) Open(subject []byte, now time.Time) bool {
	if p == nil {
		return false
	}
	g := p.open[string(subject)]
	return g != nil && !g.Over(now)
}

// Use publishes one message on a permit, and reports whether there was one.
func (p *Permits) Use(subject []byte, now time.Time) bool {
	if p == nil {
		return false
	}
	g := p.open[string(subject)]
	switch {
	case g == nil:
		return false
	case g.Over(now):
		p.forget(g)
		return false
	case p.most < 0:
		return true
	}
	if g.Value.left--; g.Value.left <= 0 {
		p.forget(g) // used up
	}
	return true
}
