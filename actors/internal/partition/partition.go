package partition

import (
	"time"

	"github.com/asynkron/protoactor-go/actor"

	"github.com/troupe-mq/troupe/actors/internal/batch"
	"github.com/troupe-mq/troupe/actors/internal/host"
	"github.com/troupe-mq/troupe/actors/internal/lab"
	"github.com/troupe-mq/troupe/supervisor"
	"github.com/troupe-mq/troupe/wire"
)

// State is what a partition leaves to its successor when it crashes: not its
// index, which may be what is broken, but what it had promised to do.
type State struct {
	Number     int
	restarted  bool         // there was somebody before
	current    *batch.Batch // the batch it is in the middle of
	queued     []any        // what arrived while subscriptions were being recalled
	quarantine quarantine
}

// partition holds the subscriptions of its share of all subjects, and tells a
// batch who gets what. It never waits and never writes: what it hands out are
// immutable results.
type partition struct {
	*host.Host
	*State
	indexes
	connections *actor.PID // the group that knows everybody
	self        *actor.PID
	recall      *recall  // under way after a crash, nil otherwise
	watching    bool     // a message to look at empty indexes is on its way
	lag         *lab.Lag // nil but in the lab
}

// New is the successor of whoever has left s, in a broker with so many
// partitions and accounts.
func New(h *host.Host, s *State, partitions, accounts int) *partition {
	return &partition{
		Host: h, State: s, indexes: newIndexes(partitions, accounts), connections: h.PID(host.Path(host.Connections)),
		self: h.PID(host.Path(host.Partitions, host.PartitionName(s.Number))),
	}
}

// Receive handles the partition's messages.
func (p *partition) Receive(ctx actor.Context) {
	if p.lag != nil {
		p.lag = p.lag.Endure()
	}
	switch m := ctx.Message().(type) {
	case *batch.Batch, *Withdraw, *Appeared, *Retain, *lookIdle, *lab.Order, *lab.Probe, partitionQuery:
		if p.recall != nil {
			p.queued = append(p.queued, m)
			return
		}
		p.handle(ctx, m)
	case *actor.Started:
		p.started(ctx)
	case supervisor.Node, *Recalled, *recallOver:
		p.recalling(ctx, m)
	}
}

func (p *partition) handle(ctx actor.Context, m any) {
	switch m := m.(type) {
	case *batch.Batch:
		p.routeBatch(m)
	case *Withdraw:
		p.withdraw(ctx, m)
	case *Appeared:
		for _, s := range m.Subs {
			p.insert(numberOf(s), s)
		}
	case *Retain:
		p.retain(m.Accounts)
	case *lookIdle:
		p.watching = false
		p.dropIdle()
		p.watchIdle()
	case *lab.Order:
		m.Strike(&p.lag)
	case *lab.Probe:
		m.Answer <- true
	case partitionQuery:
		m.answer(p)
	}
}

// routeBatch walks the partition's own commands of the batch in order, from
// where a predecessor may have left off.
func (p *partition) routeBatch(b *batch.Batch) {
	p.current = b
	defer p.noteCrash()
	route := b.Routes[p.Number]
	for n := b.Progress[p.Number]; int(n) < len(route); n++ {
		b.Progress[p.Number] = n
		p.apply(b, &b.Entries[route[n]])
	}
	b.Progress[p.Number] = uint32(len(route))
	p.current = nil
	b.Finish()
	p.watchIdle()
}

// apply carries out one command.
func (p *partition) apply(b *batch.Batch, e *batch.Entry) {
	switch e.Op {
	case wire.OpPub, wire.OpHpub:
		subject := b.SubjectOf(e)
		if p.quarantine != nil && p.quarantine.refuses(e.Op, subject, p.Now()) {
			e.Refusal = wire.ErrInternal
			return
		}
		e.Result = p.match(int(e.Account), subject)
	case wire.OpSub:
		p.insert(int(e.Account), e.Sub)
	case wire.OpUnsub:
		p.remove(int(e.Account), e.Sub)
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
func (p *partition) withdraw(ctx actor.Context, m *Withdraw) {
	n := min(len(m.Subs), withdrawStep)
	for _, s := range m.Subs[:n] {
		p.remove(numberOf(s), s)
	}
	p.watchIdle()
	if n < len(m.Subs) {
		h, self := p.Host, ctx.Self()
		time.AfterFunc(withdrawPause, func() { h.Send(self, &Withdraw{Subs: m.Subs[n:]}) })
	}
}
