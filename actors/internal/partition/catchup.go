package partition

import (
	"github.com/asynkron/protoactor-go/actor"

	"github.com/troupe-mq/troupe/actors/internal/batch"
	"github.com/troupe-mq/troupe/wire"
)

// This file is what a partition does when it has recalled what it needs.

// catchUp does what was promised before the crash and during the recall. Each
// message is off the list before it is handled: one that crashes the partition
// again is not tried a second time, but for the batch, which goes on behind the
// command that did it.
func (p *partition) catchUp(ctx actor.Context) {
	if b := p.current; b != nil {
		p.skipPoison(b)
		p.routeBatch(ctx, b)
	}
	for len(p.queued) > 0 {
		m := p.queued[0]
		p.queued[0] = nil
		p.queued = p.queued[1:]
		p.handle(ctx, m)
	}
	p.callTurn(ctx) // it may have been lost
}

// skipPoison leaves out the command that crashed this partition's predecessor.
// Messages that only repeated its subject become commands of their own.
func (p *partition) skipPoison(b *batch.Batch) {
	route := b.Routes[p.Number]
	n := b.Progress[p.Number]
	i := route[n]
	b.Entries[i].Refusal = wire.ErrInternal
	if next := int(i) + 1; next < len(b.Entries) && b.Entries[next].Repeat {
		b.Entries[next].Repeat = false
		route[n] = uint32(next) // in the place of the one before it
		return
	}
	b.Progress[p.Number] = n + 1
}
