package pressure

import (
	"time"

	"github.com/asynkron/protoactor-go/actor"

	"github.com/troupe-mq/troupe/actors/internal/interest"
)

// holding tells the keeper how much memory a connection's outbox takes.
type holding struct {
	pid     *actor.PID
	pending *interest.Pending
	bytes   int
}

// overBudget tells the keeper that all outboxes together take too much.
type overBudget struct{}

// EvictNow asks a connection to go, because its outbox costs the others most.
type EvictNow struct{}

var (
	msgOverBudget = &overBudget{}
	// MsgEvictNow is the one EvictNow.
	MsgEvictNow = &EvictNow{}
)

// IgnoreDeadLetterLogging keeps it out of the log: the connection may have gone in the meantime.
func (*EvictNow) IgnoreDeadLetterLogging() {}

// IgnoreDeadLetterLogging keeps it out of the log: the keeper goes before the connections when the broker
// stops.
func (*holding) IgnoreDeadLetterLogging() {}

// keeper is the actor that enforces the budget. It knows only those outboxes in
// which much waits: where the client reads, nothing does.
type keeper struct {
	budget *Budget
	heavy  map[string]*holding // by path
}

// NewKeeper is the keeper of a budget.
func NewKeeper(b *Budget) actor.Actor { return &keeper{budget: b, heavy: map[string]*holding{}} }

// Receive handles the keeper's messages.
func (k *keeper) Receive(ctx actor.Context) {
	switch m := ctx.Message().(type) {
	case *holding:
		if m.bytes == 0 {
			delete(k.heavy, m.pid.Id)
			return
		}
		k.heavy[m.pid.Id] = m
	case *overBudget:
		k.relieve(ctx)
	case *actor.Started:
		k.budget.keepers.Add(1) // whoever holds much tells the new one
		k.budget.over.Store(false)
	}
}

// relieve evicts until the others fit: first whoever has held most for longest without
// taking anything, so that a client that reads is not the one that pays for those that
// do not. They are gone a little later than they are told to go, hence the reckoning of
// its own.
func (k *keeper) relieve(ctx actor.Context) {
	defer k.budget.over.Store(false)
	now := k.budget.Host.Now()
	for excess := k.budget.used.Load() - k.budget.limit.Load(); excess > 0; {
		worst := k.worst(now)
		if worst == nil {
			break // many small ones: each is within its own limit, and none is worth more than another
		}
		delete(k.heavy, worst.pid.Id)
		excess -= int64(worst.bytes)
		ctx.Send(worst.pid, MsgEvictNow)
	}
}

// leastStill is counted for a client that has just taken something: where all of them
// read, the largest goes.
const leastStill = 10 * time.Millisecond

// worst is whose bytes have waited most, by their number and by the time that the client
// has taken nothing.
func (k *keeper) worst(now time.Time) *holding {
	var worst *holding
	most := 0.0
	for _, h := range k.heavy {
		cost := float64(h.bytes) * float64(max(h.pending.Still(now), leastStill))
		if worst == nil || cost > most {
			worst, most = h, cost
		}
	}
	return worst
}
