package actors

import (
	"time"

	"github.com/asynkron/protoactor-go/actor"

	"github.com/troupe-mq/troupe/supervisor"
	"github.com/troupe-mq/troupe/wire"
)

// seat is what a partition leaves to its successor when it crashes: not its
// index, which may be what is broken, but what it had promised to do.
type seat struct {
	number     int
	taken      bool   // somebody has sat here before
	current    *batch // the batch it is in the middle of
	held       []any  // what arrived while subscriptions were being recalled
	quarantine quarantine
}

// partition holds the subscriptions of its share of all subjects, and tells a
// batch who gets what. It never waits and never writes: what it hands out are
// immutable results.
type partition struct {
	*hub
	*seat
	indexes
	recall *recall // under way after a crash, nil otherwise
	lag    *lag    // nil but in the lab
}

func newPartition(h *hub, s *seat) *partition {
	return &partition{hub: h, seat: s, indexes: newIndexes(h.config().Partitions, len(h.accounts().all))}
}

// Receive handles the partition's messages.
func (p *partition) Receive(ctx actor.Context) {
	if p.lag != nil {
		p.lag = p.lag.endure()
	}
	switch m := ctx.Message().(type) {
	case *batch, *withdraw, *appeared, *fault, *probe, partitionQuery:
		if p.recall != nil {
			p.held = append(p.held, m)
			return
		}
		p.handle(ctx, m)
	case *actor.Started:
		p.started(ctx)
	case supervisor.Node, *recalled, *recallOver:
		p.recalling(ctx, m)
	}
}

func (p *partition) handle(ctx actor.Context, m any) {
	switch m := m.(type) {
	case *batch:
		p.routeBatch(m)
	case *withdraw:
		p.withdraw(ctx, m)
	case *appeared:
		for _, s := range m.subs {
			p.of(s.to).Insert(s.subject(), s.queue(), s)
		}
	case *fault:
		m.strike(&p.lag)
	case *probe:
		m.answer <- true
	case partitionQuery:
		m.ask(p)
	}
}

// routeBatch walks the partition's own commands of the batch in order, from
// where a predecessor may have left off.
func (p *partition) routeBatch(b *batch) {
	p.current = b
	defer p.noteCrash()
	route, x := b.routes[p.number], p.of(b.from)
	for n := b.progress[p.number]; int(n) < len(route); n++ {
		b.progress[p.number] = n
		p.apply(b, x, &b.entries[route[n]])
	}
	b.progress[p.number] = uint32(len(route))
	p.current = nil
	if b.done() {
		p.hasten(b)
	}
}

// hasten has the batch committed, and not on this goroutine: neither a partition
// nor a tap should be kept by other people's commits.
func (h *hub) hasten(b *batch) {
	if b.turns != nil {
		b.turns <- turn{do: toRoute}
		return
	}
	root, publisher := h.system.Root, b.from.pid // an actor, which has no reader
	h.spawn("turn", func() { root.Send(publisher, msgRouted) })
}

// apply carries out one command; x is the index of the account that it comes from.
func (p *partition) apply(b *batch, x *index, e *entry) {
	switch e.op {
	case wire.OpPub, wire.OpHpub:
		subject := b.subjectOf(e)
		if e.aside {
			x = p.numbered(b.crossings[e.count].into.number)
		}
		if p.quarantine != nil && p.quarantine.refuses(e.op, subject, p.now()) {
			e.refusal = wire.ErrInternal
			return
		}
		e.result = x.Match(subject)
	case wire.OpSub:
		if e.aside {
			x = p.of(e.sub.to)
		}
		x.Insert(e.sub.subject(), e.sub.queue(), e.sub)
	case wire.OpUnsub:
		if e.aside {
			x = p.of(e.sub.to)
		}
		x.Remove(e.sub.subject(), e.sub.queue(), e.sub)
	default: // nothing else concerns a partition
	}
}

// withdrawStep is how many subscriptions are removed before everybody else gets a
// turn: a hundred thousand at once must not hold anybody up. The pause in between
// is a real one. On a machine whose processors are all busy the runtime looks for
// readable sockets only every 10 ms.
const (
	withdrawStep  = 1024
	withdrawPause = time.Millisecond
)

// withdraw removes the subscriptions of somebody who has left.
func (p *partition) withdraw(ctx actor.Context, m *withdraw) {
	n := min(len(m.subs), withdrawStep)
	for _, s := range m.subs[:n] {
		p.of(s.to).Remove(s.subject(), s.queue(), s)
	}
	if n < len(m.subs) {
		root, self := p.system.Root, ctx.Self()
		time.AfterFunc(withdrawPause, func() { root.Send(self, &withdraw{subs: m.subs[n:]}) })
	}
}
