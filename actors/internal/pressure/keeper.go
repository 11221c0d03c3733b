package pressure

import (
	"container/heap"
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
	excess := k.budget.used.Load() - k.budget.limit.Load()
	if excess <= 0 {
		return
	}
	for _, worst := range k.worst(k.budget.Host.Now(), excess) {
		delete(k.heavy, worst.pid.Id)
		ctx.Send(worst.pid, MsgEvictNow)
	}
}

// leastStill is counted for a client that has just taken something: where all of them
// read, the largest goes.
const leastStill = 10 * time.Millisecond

// worst is whose bytes have waited most, by their number and by the time that the client has
// taken nothing: so many of them that they hold excess, or all if these do not. Then there are
// many small ones: each is within its own limit, and none is worth more than another.
func (k *keeper) worst(now time.Time, excess int64) (some []*holding) {
	all := make(ranking, 0, len(k.heavy))
	for _, h := range k.heavy {
		all = append(all, ranked{h, float64(h.bytes) * float64(max(h.pending.Still(now), leastStill))})
	}
	heap.Init(&all)
	for excess > 0 && len(all) > 0 {
		h := heap.Pop(&all).(ranked).holding
		some = append(some, h)
		excess -= int64(h.bytes)
	}
	return some
}

// ranking is a heap with the worst at the top: a budget that was lowered may concern thousands, and
// they are looked at once.
type ranking []ranked

type ranked struct {
	*holding
	cost float64
}

func (r ranking) Len() int           { return len(r) }
func (r ranking) Less(i, j int) bool { return r[i].cost > r[j].cost }
func (r ranking) Swap(i, j int)      { r[i], r[j] = r[j], r[i] }
func (r *ranking) Push(x any)        { *r = append(*r, x.(ranked)) }

func (r *ranking) Pop() any {
	last := len(*r) - 1
	x := (*r)[last]
	*r = (*r)[:last]
	return x
}
