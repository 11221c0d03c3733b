package pressure

import (
	"github.com/asynkron/protoactor-go/actor"
)

// holding tells the keeper how much memory a connection's outbox takes.
type holding struct {
	pid   *actor.PID
	bytes int
}

// overBudget tells the keeper that all outboxes together take too much.
type overBudget struct{}

// EvictNow asks a connection to go, because its outbox is the largest.
type EvictNow struct{}

var (
	msgOverBudget = &overBudget{}
	msgEvictNow   = &EvictNow{}
)

// IgnoreDeadLetterLogging: the connection may have gone in the meantime.
func (*EvictNow) IgnoreDeadLetterLogging() {}

// IgnoreDeadLetterLogging: the keeper goes before the connections when the broker
// stops.
func (*holding) IgnoreDeadLetterLogging() {}

// keeper is the actor that enforces the budget. It knows only those outboxes in
// which much waits: where the client reads, nothing does.
type keeper struct {
	budget *Budget
	heavy  map[string]*holding // by path
}

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

// relieve evicts the largest outboxes until the others fit. They are gone a
// little later than they are told to go, hence the reckoning of its own.
func (k *keeper) relieve(ctx actor.Context) {
	defer k.budget.over.Store(false)
	for excess := k.budget.used.Load() - k.budget.limit.Load(); excess > 0; {
		largest := k.largest()
		if largest == nil {
			break // many small ones: each is within its own limit, and none is worth more than another
		}
		delete(k.heavy, largest.pid.Id)
		excess -= int64(largest.bytes)
		ctx.Send(largest.pid, msgEvictNow)
	}
}

func (k *keeper) largest() *holding {
	var largest *holding
	for _, h := range k.heavy {
		if largest == nil || h.bytes > largest.bytes {
			largest = h
		}
	}
	return largest
}
