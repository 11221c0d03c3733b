package pressure

import (
	"runtime"
	"testing"
	"time"

	"github.com/asynkron/protoactor-go/actor"
	"github.com/hashicorp/go-hclog"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/troupe-mq/troupe/actors/internal/host"
	"github.com/troupe-mq/troupe/actors/internal/interest"
	"github.com/troupe-mq/troupe/supervisor"
)

// newBudget is a budget of so many bytes.
func newBudget(t *testing.T, limit int) *Budget {
	t.Helper()
	b := &Budget{Host: host.New(hclog.NewNullLogger(), func(supervisor.Event) {})}
	t.Cleanup(b.Host.System.Shutdown)
	b.SetLimit(limit)
	return b
}

// forced is how often somebody had the garbage collected.
func forced() uint32 {
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return m.NumForcedGC
}

func TestWhatOutboxesLeaveIsCollected(t *testing.T) {
	const limit = 1 << 20
	b := newBudget(t, limit)
	before := forced()
	b.discard(limit / wasteShare)
	assert.Equal(t, before, forced(), "not worth it")
	b.discard(1)
	assert.Eventually(t, func() bool { return forced() > before }, time.Minute, time.Millisecond)
	assert.Zero(t, b.waste.Load())
}

// TestKeeperComesBackAndKnowsAgain: one that has crashed is told again by whoever
// holds much, and does not stay told for ever that it is too much.
func TestKeeperComesBackAndKnowsAgain(t *testing.T) {
	const limit = 4 << 20
	b := newBudget(t, limit)
	root := b.Host.System.Root
	keeper, err := root.SpawnNamed(actor.PropsFromProducer(func() actor.Actor { return NewKeeper(b) }, host.Mailbox()...), host.Path(host.Budget))
	require.NoError(t, err)
	evicted := make(chan string, 2)
	outboxOf := func(name string) (*Gauge, *actor.PID) {
		pid := root.Spawn(actor.PropsFromFunc(func(ctx actor.Context) {
			if _, ok := ctx.Message().(*EvictNow); ok {
				evicted <- name
			}
		}, host.Mailbox()...))
		return new(Gauge), pid
	}
	waiting := interest.NewPending()
	large, largePID := outboxOf("large")
	small, smallPID := outboxOf("small")
	large.Account(b, largePID, waiting, limit/2)
	small.Account(b, smallPID, waiting, limit/8)
	require.EqualValues(t, limit/2+limit/8, b.InUse())

	b.over.Store(true) // as if the keeper had crashed on its way to say otherwise
	root.Send(keeper, (*holding)(nil))
	require.Eventually(t, func() bool { return b.keepers.Load() == 2 && !b.over.Load() }, time.Minute, time.Millisecond)
	large.Account(b, largePID, waiting, limit)
	require.Equal(t, "large", <-evicted)
	require.Eventually(t, func() bool { return !b.over.Load() }, time.Minute, time.Millisecond)
	large.Release(b, largePID)
	small.Release(b, smallPID)
	assert.Zero(t, b.InUse())
	assert.Empty(t, evicted, "and nobody else")
}
