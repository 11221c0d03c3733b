package transport

import (
	"testing"
	"testing/synctest"
	"time"

	"github.com/hashicorp/go-hclog"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/troupe-mq/troupe/actors/internal/host"
	"github.com/troupe-mq/troupe/supervisor"
)

// budget is one of so many bytes, in a bubble.
func budget(t *testing.T, bytes int, test func(t *testing.T, b *InboundBudget)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		h := host.New(hclog.NewNullLogger(), func(supervisor.Event) {})
		test(t, NewInboundBudget(h, bytes))
		h.System.Shutdown()
		<-time.After(3 * time.Second) // its timers
	})
}

// half is an input that waits for the rest of a message.
type half struct {
	in          Input
	s           stake
	interrupted bool
}

func (b *InboundBudget) half() *half {
	h := &half{}
	h.s = stake{budget: b, in: &h.in, interrupt: func() { h.interrupted = true }}
	h.in.stake, h.in.Want = &h.s, 1<<20
	return h
}

// brings adds bytes, as a reader does that waits for more then.
func (h *half) brings(n int) {
	if h.in.wake() {
		h.in.add(make([]byte, n))
		h.s.endTurn()
		h.in.rest()
	}
}

// finishes is a message that is complete.
func (h *half) finishes() {
	if h.in.wake() {
		h.in.R = h.in.W
		h.in.rest()
	}
}

func TestInboundBudget(t *testing.T) {
	budget(t, 1<<20, func(t *testing.T, b *InboundBudget) {
		stuck, moving := b.half(), b.half()
		stuck.brings(400 << 10)
		moving.brings(100 << 10)
		<-time.After(time.Second)
		moving.brings(100 << 10)
		assert.False(t, stuck.interrupted, "there is room")
		newcomer := b.half()
		newcomer.brings(400 << 10)
		assert.True(t, stuck.interrupted)
		assert.False(t, moving.interrupted || newcomer.interrupted)
		assert.Zero(t, stuck.in.Pending(), "its memory is free at once")

		gave := AsGaveWay(stuck.s.ended(errTaken))
		require.NotNil(t, gave)
		assert.Equal(t, time.Second, gave.Still)
		assert.GreaterOrEqual(t, gave.Bytes, 400<<10)
		stuck.in.release()
		moving.finishes()
		newcomer.finishes()
		assert.Zero(t, b.InUse())
		assert.Empty(t, b.stakes)
		assert.Nil(t, AsGaveWay(moving.s.ended(nil)))
	})
}

// What all keep comes to no more than the budget, however many they are.
func TestInboundBudgetIsKept(t *testing.T) {
	budget(t, 1<<20, func(t *testing.T, b *InboundBudget) {
		var all []*half
		for range 300 {
			h := b.half()
			h.brings(60_000)
			assert.LessOrEqual(t, b.InUse(), int64(1<<20))
			all = append(all, h)
		}
		kept := 0
		for _, h := range all {
			kept += len(h.in.Buf)
			h.in.release()
		}
		assert.LessOrEqual(t, kept, 1<<20)
		assert.False(t, all[299].interrupted)
		assert.Zero(t, b.InUse())
	})
}

// Who has finished messages before is not taken for somebody who never will, for a
// while.
func TestTrust(t *testing.T) {
	budget(t, 1<<20, func(t *testing.T, b *InboundBudget) {
		honest, stranger := b.half(), b.half()
		for range 3 {
			honest.brings(300 << 10)
			honest.finishes()
		}
		honest.brings(400 << 10)
		<-time.After(time.Second)
		stranger.brings(200 << 10)
		third := b.half()
		third.brings(400 << 10)
		assert.True(t, stranger.interrupted, "though the other one has waited for longer")
		assert.False(t, honest.interrupted)
		<-time.After(trustTime)
		fourth := b.half()
		fourth.brings(600 << 10)
		assert.True(t, honest.interrupted)
		for _, h := range []*half{honest, stranger, third, fourth} {
			h.in.release()
		}
		assert.Zero(t, b.InUse())
	})
}

// What is read of in this moment is not taken, however large it is.
func TestBusyIsNotTaken(t *testing.T) {
	budget(t, 100<<10, func(t *testing.T, b *InboundBudget) {
		reading := b.half()
		reading.brings(90 << 10)
		require.True(t, reading.in.wake())
		newcomer := b.half()
		newcomer.brings(60 << 10)
		assert.False(t, reading.interrupted || newcomer.interrupted)
		reading.in.release()
		newcomer.in.release()
		assert.Zero(t, b.InUse())
	})
}

// What goes on with something large needs a turn. Who waits for one can be taken, and who
// keeps nothing needs none.
func TestTurns(t *testing.T) {
	budget(t, 200<<10, func(t *testing.T, b *InboundBudget) {
		b.turns = make(chan struct{}, 1)
		first, second, small := b.half(), b.half(), b.half()
		for _, h := range []*half{first, second} {
			h.brings(60_000)
		}
		small.brings(1000)
		require.True(t, first.s.mayGoOn())
		require.True(t, first.s.mayGoOn(), "it has one")
		require.True(t, first.in.wake())
		assert.True(t, small.s.mayGoOn())
		require.False(t, second.s.mayGoOn())
		waited := make(chan bool)
		go func() {
			second.s.awaitTurn()
			waited <- second.in.wake()
		}()
		synctest.Wait()
		newcomer := b.half()
		newcomer.brings(120_000)
		assert.True(t, second.interrupted)
		first.s.endTurn()
		assert.False(t, <-waited, "what it kept is gone")
		second.s.endTurn()
		assert.Empty(t, b.turns)
		for _, h := range []*half{first, second, small, newcomer} {
			h.in.release()
		}
		assert.Zero(t, b.InUse())
	})
}

// Where there is no buffer left, new ones are made in turns: a thousand clients that
// come together do not wait together for the garbage collector. Whose turn it is not
// reads little at a time, and waits for its turn when that becomes much.
func TestNewBuffersAreMadeInTurns(t *testing.T) {
	budget(t, 1<<20, func(t *testing.T, b *InboundBudget) {
		b.turns = make(chan struct{}, 1)
		for shared.Get() != nil || buffers.take(class(readSize)) != nil {
			continue
		}
		first, second := b.half(), b.half()
		first.s.begin(first.in.Pending())
		require.Len(t, first.in.space(), readSize)
		second.s.begin(second.in.Pending())
		require.True(t, second.s.mayGoOn())
		require.Len(t, second.in.space(), narrow)
		second.in.W += narrow
		assert.Len(t, second.in.Buf, narrow)
		second.s.begin(second.in.Pending())
		assert.False(t, second.s.mayGoOn(), "that is much")
		first.s.endTurn()
		require.True(t, second.s.mayGoOn())
		assert.Len(t, second.in.space(), readSize-narrow)
		second.s.endTurn()
		first.in.release()
		second.in.release()
		assert.Zero(t, b.InUse())
	})
}

// A few bytes are kept in a few bytes, and cost nothing.
func TestInputRests(t *testing.T) {
	for _, test := range []struct{ pending, most int }{
		{1, smallInput}, {4000, 4000}, {16 << 10, 16 << 10}, {16<<10 + 1, readSize}, {60_000, readSize}, {100 << 10, 200 << 10}, {900_000, 1 << 20},
	} {
		in := &Input{Want: 1 << 20}
		in.add(make([]byte, test.pending))
		in.rest()
		assert.Equal(t, test.pending, in.Pending())
		assert.LessOrEqual(t, len(in.Buf), test.most, "%d bytes", test.pending)
	}
	in := &Input{Want: 1 << 20}
	in.add(make([]byte, 900_000))
	in.R += 880_000 // a message is complete
	in.rest()
	assert.LessOrEqual(t, len(in.Buf), readSize)
}
