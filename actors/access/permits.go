package access

import (
	"slices"
	"time"
)

// NewPermits is the book of permits that somebody with these rights keeps; nil
// without Responds.
func (r *Rights) NewPermits() *Permits {
	if !r.Responds() {
		return nil
	}
	return &Permits{most: r.responses.Max, lasts: r.responses.Expires, open: make(map[string]permit)}
}

// Permits are the reply subjects that one connection may publish to, because it
// has received messages that ask for it. Their number and size are bounded: the
// oldest are forgotten.
type Permits struct {
	most  int
	lasts time.Duration
	open  map[string]permit
	order []grant // oldest first, from head on; some are used up or renewed
	head  int
	bytes int // of the subjects in order
	count uint64
}

type permit struct {
	left   int
	since  time.Time
	number uint64
}

type grant struct {
	subject string
	number  uint64
}

// What one connection may have open.
const (
	MaxPermits     = 1 << 14
	maxPermitBytes = 1 << 20
)

// Grant permits to answer to a reply subject.
func (p *Permits) Grant(reply string, now time.Time) {
	p.count++
	p.open[reply] = permit{left: p.most, since: now, number: p.count}
	p.order = append(p.order, grant{reply, p.count})
	p.bytes += len(reply)
	for p.over(p.order[p.head], now) {
		p.forgetOldest()
	}
}

// over reports whether the oldest of the grants is to be forgotten: it is of no
// use any more, or there are too many.
func (p *Permits) over(g grant, now time.Time) bool {
	return len(p.order)-p.head > MaxPermits || p.bytes > maxPermitBytes ||
		p.open[g.subject].number != g.number || p.expired(p.open[g.subject], now)
}

func (p *Permits) expired(g permit, now time.Time) bool {
	return p.lasts >= 0 && now.Sub(g.since) > p.lasts
}

func (p *Permits) forgetOldest() {
	g := p.order[p.head]
	p.order[p.head] = grant{}
	p.head++
	p.bytes -= len(g.subject)
	if p.open[g.subject].number == g.number {
		delete(p.open, g.subject)
	}
	if p.head > len(p.order)/2 {
		p.order = slices.Delete(p.order, 0, p.head)
		p.head = 0
	}
}

// Open reports whether a message could be published to the subject now.
func (p *Permits) Open(subject []byte, now time.Time) bool {
	if p == nil {
		return false
	}
	g, ok := p.open[string(subject)]
	return ok && !p.expired(g, now)
}

// Use publishes one message on a permit, and reports whether there was one.
func (p *Permits) Use(subject []byte, now time.Time) bool {
	if p == nil {
		return false
	}
	ok := p.Open(subject, now)
	g, there := p.open[string(subject)]
	switch {
	case !there:
		return false
	case ok && p.most < 0:
		return true
	case ok && g.left > 1:
		g.left--
		p.open[string(subject)] = g
		return true
	default:
		delete(p.open, string(subject)) // used up, or out of date
		return ok
	}
}
