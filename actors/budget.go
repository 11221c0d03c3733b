package actors

import (
	"runtime"
	"sync/atomic"

	"github.com/asynkron/protoactor-go/actor"
)

// budget bounds the memory of all outboxes together. One stuck client is bounded
// by MaxPending; a thousand of them would not be.
type budget struct {
	limit   atomic.Int64 // bytes
	used    atomic.Int64
	over    atomic.Bool   // the keeper has been told
	keepers atomic.Uint32 // how many there have been: a new one knows nothing
	waste   atomic.Int64  // bytes of outboxes that have ended since they were last collected
}

// reportStep is by how much an outbox has to change before its keeper is told.
const reportStep = 64 << 10

// holding tells the keeper how much memory a connection's outbox takes.
type holding struct {
	pid   *actor.PID
	bytes int
}

// overBudget tells the keeper that all outboxes together take too much.
type overBudget struct{}

// evictNow asks a connection to go, because its outbox is the largest.
type evictNow struct{}

var (
	msgOverBudget = &overBudget{}
	msgEvictNow   = &evictNow{}
)

// IgnoreDeadLetterLogging: the connection may have gone in the meantime.
func (*evictNow) IgnoreDeadLetterLogging() {}

// account tells the budget what the outbox takes now.
func (c *connection) account() {
	held, p := c.out.held(), &c.pressure
	if held == p.accounted {
		return
	}
	used := c.budget.used.Add(int64(held - p.accounted))
	p.accounted = held
	if keepers := c.budget.keepers.Load(); p.keepers != keepers {
		p.keepers, p.reported = keepers, 0
	}
	if d := held - p.reported; d >= reportStep || d <= -reportStep || held == 0 && p.reported > 0 {
		p.reported = held
		c.system.Root.Send(c.keeper, &holding{pid: c.to.pid, bytes: held})
	}
	if used > c.budget.limit.Load() && c.budget.over.CompareAndSwap(false, true) {
		c.system.Root.Send(c.keeper, msgOverBudget)
	}
}

// unaccount takes the outbox of a connection that ends off the budget.
func (c *connection) unaccount() {
	p := &c.pressure
	c.budget.used.Add(int64(-p.accounted))
	c.budget.discard(c.hub, int64(p.accounted))
	p.accounted = 0
	if p.reported > 0 {
		c.system.Root.Send(c.keeper, &holding{pid: c.to.pid})
	}
}

// wasteShare is which part of the budget may be waste before it is collected.
const wasteShare = 4

// discard has what a full outbox has left collected before there is much of it.
// The garbage collector by itself waits until there is as much waste as there is
// in use, so that a budget would come to twice of what it says.
func (b *budget) discard(h *hub, bytes int64) {
	if bytes > 0 && b.waste.Add(bytes) > b.limit.Load()/wasteShare && b.waste.Swap(0) > 0 {
		h.spawn("collector", runtime.GC)
	}
}

// keeper is the actor that enforces the budget. It knows only those outboxes in
// which much waits: where the client reads, nothing does.
type keeper struct {
	*hub
	heavy map[string]*holding // by path
}

func newKeeper(h *hub) *keeper { return &keeper{hub: h, heavy: map[string]*holding{}} }

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
