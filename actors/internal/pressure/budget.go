package pressure

import (
	"runtime"
	"sync/atomic"
	"time"

	"github.com/asynkron/protoactor-go/actor"

	"github.com/troupe-mq/troupe/actors/internal/host"
	"github.com/troupe-mq/troupe/actors/internal/interest"
)

// Budget bounds the memory of all outboxes together. One stuck client is bounded
// by MaxPending; a thousand of them would not be.
type Budget struct {
	Host    *host.Host
	limit   atomic.Int64 // bytes
	used    atomic.Int64
	over    atomic.Bool   // the keeper has been told
	keepers atomic.Uint32 // how many there have been: a new one knows nothing
	waste   atomic.Int64  // bytes of outboxes that have ended since they were last collected
	unused  unused
}

// SetLimit changes what all outboxes together may take, in bytes.
func (b *Budget) SetLimit(bytes int) { b.limit.Store(int64(bytes)) }

// InUse is what they take, in bytes.
func (b *Budget) InUse() int64 { return max(b.used.Load(), 0) }

// How long publishers wait for clients that read, when the budget is used up by more
// than half.
const (
	leastPace = 5 * time.Millisecond
	mostPace  = 250 * time.Millisecond
)

// Pace is how long a publisher waits before it has more made for clients that have not
// read all; 0 while there is enough of the budget.
func (b *Budget) Pace() time.Duration {
	used, limit := b.used.Load(), b.limit.Load()
	if used <= limit/2 {
		return 0
	}
	part := min(float64(used-limit/2)/float64(max(limit/2, 1)), 1)
	return leastPace + time.Duration(part*float64(mostPace-leastPace))
}

// tell posts a message to whoever keeps the budget.
func (b *Budget) tell(message any) { b.Host.Send(b.Host.PID(host.Path(host.Budget)), message) }

// wasteShare is which part of the budget may be waste before it is collected.
const wasteShare = 4

// discard has what a full outbox has left collected before there is much of it.
// The garbage collector by itself waits until there is as much waste as there is
// in use, so that a budget would come to twice of what it says.
func (b *Budget) discard(bytes int64) {
	if bytes > 0 && b.waste.Add(bytes) > b.limit.Load()/wasteShare && b.waste.Swap(0) > 0 {
		b.Host.Spawn("collector", runtime.GC)
	}
	b.GiveBack(bytes)
}

// Gauge is what the budget knows of one outbox. The connection's actor owns it.
type Gauge struct {
	accounted int    // bytes of buffers in the outbox that the budget knows of
	received  int    // bytes of buffers that were posted, and have left the mailbox since
	peak      int    // the most that there were
	reported  int    // bytes that the keeper was told last
	keepers   uint32 // how many keepers there had been when it was told
}

// reportStep is by how many bytes an outbox has to change before its keeper is told.
const reportStep = 8 << 10

// Add counts bytes of buffers that were made for clients, or are used no more, and has
// somebody go if these are too many.
func (b *Budget) Add(bytes int64) {
	if bytes != 0 && b.used.Add(bytes) > b.limit.Load() && bytes > 0 && b.over.CompareAndSwap(false, true) {
		b.tell(msgOverBudget)
	}
}

// Receive notes bytes of a buffer that the actor has taken out of its mailbox. They are
// counted already.
func (g *Gauge) Receive(bytes int) { g.received += bytes }

// Account tells a budget how many bytes the outbox of an actor holds now.
func (g *Gauge) Account(b *Budget, self *actor.PID, pending *interest.Pending, held int) {
	change := int64(held - g.accounted - g.received)
	g.received = 0
	if held != g.accounted {
		g.accounted = held
		g.peak = max(g.peak, held)
		pending.Hold(held)
		g.report(b, self, pending)
	}
	b.Add(change) // behind the report: the keeper is to know whom it may choose
}

// report tells the keeper what the outbox holds, if that is something else than it
// knows.
func (g *Gauge) report(b *Budget, self *actor.PID, pending *interest.Pending) {
	if keepers := b.keepers.Load(); g.keepers != keepers {
		g.keepers, g.reported = keepers, 0
	}
	held := g.accounted
	if d := held - g.reported; d >= reportStep || d <= -reportStep || held == 0 && g.reported > 0 {
		g.reported = held
		b.tell(&holding{pid: self, pending: pending, bytes: held})
	}
}

// Release takes the outbox of an actor that ends off a budget.
func (g *Gauge) Release(b *Budget, self *actor.PID) {
	b.Add(int64(-g.accounted - g.received))
	b.discard(int64(g.accounted))
	b.GiveBack(int64(g.peak - g.accounted)) // what it has left in pools
	g.accounted, g.received = 0, 0
	if g.reported > 0 {
		b.tell(&holding{pid: self})
	}
}
