package actors

import (
	"github.com/asynkron/protoactor-go/actor"

	"github.com/troupe-mq/troupe/topics"
	"github.com/troupe-mq/troupe/wire"
)

// cachedResults bounds the match results that one partition remembers.
const cachedResults = 1 << 17

// partition holds the subscriptions of its share of all subjects, and tells a
// batch who gets what. It never waits and never writes: what it hands out are
// immutable results.
type partition struct {
	number int
	index  *topics.Index[*subscription]
}

func newPartition(number int) *partition {
	return &partition{number: number, index: topics.NewIndex[*subscription](cachedResults)}
}

// Receive handles the partition's messages.
func (p *partition) Receive(ctx actor.Context) {
	switch m := ctx.Message().(type) {
	case *batch:
		p.routeBatch(m)
	case *withdraw:
		p.withdraw(ctx, m)
	case partitionQuery:
		m.ask(p)
	}
}

// routeBatch walks the partition's own commands of the batch in order.
func (p *partition) routeBatch(b *batch) {
	for _, i := range b.routes[p.number] {
		p.apply(b, &b.entries[i])
		b.progress[p.number]++
	}
	if b.done() {
		b.turns <- turnRoute
	}
}

func (p *partition) apply(b *batch, e *entry) {
	switch e.op {
	case wire.OpPub, wire.OpHpub:
		e.result = p.index.Match(e.subject.Of(b.buf))
	case wire.OpSub:
		p.index.Insert(e.sub.subject(), e.sub.queue(), e.sub)
	case wire.OpUnsub:
		p.index.Remove(e.sub.subject(), e.sub.queue(), e.sub)
	}
}

// withdrawStep is how many subscriptions are removed before other messages get
// their turn: a hundred thousand at once must not hold anybody up.
const withdrawStep = 512

// withdraw removes the subscriptions of somebody who has left.
func (p *partition) withdraw(ctx actor.Context, m *withdraw) {
	n := min(len(m.subs), withdrawStep)
	for _, s := range m.subs[:n] {
		p.index.Remove(s.subject(), s.queue(), s)
	}
	if n < len(m.subs) {
		ctx.Send(ctx.Self(), &withdraw{subs: m.subs[n:]})
	}
}
