package partition

import (
	"time"

	"github.com/asynkron/protoactor-go/actor"

	"github.com/troupe-mq/troupe/actors/internal/account"
)

// A subscription that comes or goes makes cached results stale, and what they refer to
// stays in memory until somebody asks for the same subject. So a partition sweeps its
// caches a moment later. A subscription that concerns all partitions makes results
// stale in each of them: the others are told.

// sweep asks a partition to give stale results back. It is from another partition,
// unless it is its own.
type sweep struct{ own bool }

// IgnoreDeadLetterLogging keeps it out of the log: when the broker stops, everybody goes at once.
func (*sweep) IgnoreDeadLetterLogging() {}

const (
	sweepAfter = 100 * time.Millisecond
	sweepStep  = 16 << 10 // entries that are looked at in one go
)

// sweepSoon has the caches swept, once for all that changes meanwhile.
func (p *partition) sweepSoon() {
	if p.sweeping {
		return
	}
	p.sweeping = true
	h, self := p.Host, p.layout.PIDs[p.Number]
	time.AfterFunc(sweepAfter, func() { h.Send(self, &sweep{own: true}) })
}

// sweep looks at a part of the caches, and goes on until there is nothing left.
func (p *partition) sweep(ctx actor.Context, m *sweep) {
	if !m.own {
		p.sweepSoon()
		return
	}
	p.sweeping = false
	more := false
	for n, x := range p.byNumber {
		if n != account.GlobalNumber && x.Len() == 0 && p.layout.find(n) == nil {
			p.drop(n) // nobody subscribes to anything in that account any more
			continue
		}
		more = x.Sweep(sweepStep) || more
	}
	if more {
		p.sweepSoon()
		return
	}
	if p.wideChanged {
		p.wideChanged = false
		for n, other := range p.layout.PIDs {
			if n != p.Number {
				ctx.Send(other, &sweep{})
			}
		}
	}
}
