package partition

import (
	"github.com/asynkron/protoactor-go/actor"

	"github.com/troupe-mq/troupe/actors/internal/batch"
	"github.com/troupe-mq/troupe/actors/internal/host"
	"github.com/troupe-mq/troupe/actors/internal/lab"
	"github.com/troupe-mq/troupe/supervisor"
)

// State is what a partition leaves to its successor when it crashes: not its
// index, which may be what is broken, but what it had promised to do.
type State struct {
	Number     int
	restarted  bool         // there was somebody before
	arriving   bool         // it is of a layout in which nobody serves yet
	current    *batch.Batch // the batch it is in the middle of
	queued     []any        // what arrived while subscriptions were being recalled
	quarantine quarantine
	backlog    backlog
}

// partition holds the subscriptions of its share of all subjects, and tells a
// batch who gets what. It never waits and never writes: what it hands out are
// immutable results.
type partition struct {
	*host.Host
	*State
	indexes
	accounts    int        // how many there were when it began
	connections *actor.PID // the group that knows everybody
	recall      *recall    // under way after a crash, nil otherwise
	lost        uint64     // [Layout.lost] as it was when it began to take its index in
	lag         *lab.Lag   // nil but in the lab

	statements  statements
	lookups     map[*batch.Batch]*lookup // that have taken a step, and are not done
	sweeping    bool                     // a sweep is due
	wideChanged bool                     // something has changed that concerns all partitions
}

// New is the successor of whoever has left s, in a broker with so many accounts.
func New(h *host.Host, s *State, layout *Layout, accounts int) actor.Actor {
	return &partition{
		Host: h, State: s, indexes: newIndexes(layout, accounts), connections: h.PID(host.Path(host.Connections)),
		lost: layout.lost.Load(), accounts: accounts,
	}
}

// Receive handles the partition's messages.
func (p *partition) Receive(ctx actor.Context) {
	if p.lag != nil {
		p.lag = p.lag.Endure()
	}
	switch m := ctx.Message().(type) {
	case *batch.Batch, *Withdraw, *Appeared, *Retain, *Restate, *Retire, *sweep, *nextTurn, *lab.Order, *lab.Probe, partitionQuery:
		if p.recall != nil || p.outdated(ctx) {
			p.queued = append(p.queued, m)
			return
		}
		p.handle(ctx, m)
		p.speak()
	case *actor.Started:
		p.started(ctx)
	case supervisor.Node, *Recalled, *recallTurn, *recallOver, *Settle, *Serve:
		p.recalling(ctx, m)
	}
}

func (p *partition) handle(ctx actor.Context, m any) {
	switch m := m.(type) {
	case *batch.Batch:
		if m.Changes > changedAtOnce {
			p.later(ctx, m) // not even a slice at first: there may be a hundred of these
			return
		}
		p.routeBatch(ctx, m)
	case *Withdraw:
		if len(m.Subs) > changedAtOnce {
			p.later(ctx, m)
			return
		}
		p.withdraw(ctx, m)
	case *Appeared:
		p.appeared(ctx, m)
	case *Restate:
		p.restate(ctx, m)
	case *Retain:
		p.retain(m.Accounts)
	case *Retire:
		p.retire(ctx, m)
	case *sweep:
		p.sweep(ctx, m)
	case *nextTurn:
		p.takeTurn(ctx)
	case *lab.Order:
		m.Strike(&p.lag)
	case *lab.Probe:
		m.Answer <- true
	case partitionQuery:
		m.answer(ctx, p)
	}
}
