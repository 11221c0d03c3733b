package partition

import "github.com/asynkron/protoactor-go/actor"

// This file is how partitions take the place of others, because there are to be more or fewer of them.

// Settle asks a partition of a new layout to say when it has taken in all that it has been given. Every connection has
// given it its subscriptions before.
type Settle struct{ Done chan<- bool }

// Serve tells a partition of a new layout that all the others have done so, too: now it goes on with what has waited.
type Serve struct{}

// Retire asks a partition to say when it has done all that it has been asked for. Nobody asks it for anything behind that.
type Retire struct{ Done chan<- bool }

// isUnasked reports whether the recall is of a partition that connections give their subscriptions to by themselves.
func (r *recall) isUnasked() bool { return r.question == nil && r.open > 0 }

// settle answers when there is nothing left to be taken in. A partition that has crashed meanwhile does so when it has
// recalled everything.
func (p *partition) settle(m *Settle) {
	if p.recall == nil {
		m.Done <- true
		return
	}
	p.recall.settled = m.Done
}

// retire answers when nobody waits for this partition any more.
func (p *partition) retire(ctx actor.Context, m *Retire) {
	if len(p.backlog.asked) > 0 {
		p.later(ctx, m)
		return
	}
	m.Done <- true
}
