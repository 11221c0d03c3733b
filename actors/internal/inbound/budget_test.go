package inbound

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
func budget(t *testing.T, bytes int, test func(t *testing.T, b *Budget)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		h := host.New(hclog.NewNullLogger(), func(supervisor.Event) {})
		test(t, NewBudget(h, bytes))
		h.System.Shutdown()
		<-time.After(3 * time.Second) // its timers
	})
}

// half is an input that waits for the rest of a message.
type half struct {
	in          Input
	s           Stake
	interrupted bool
}

func (b *Budget) half() *half {
	h := &half{}
	h.s = Stake{budget: b, in: &h.in, interrupt: func() { h.interrupted = true }}
	h.in.stake, h.in.Want = &h.s, 1<<20
	return h
}

// brings adds bytes, as a reader does that waits for more then.
func (h *half) brings(n int) {
	if h.in.Wake() {
		h.in.Add(make([]byte, n))
		h.in.EndTurn()
		h.in.Rest()
	}
}

// finishes is a message that is complete.
func (h *half) finishes() {
	if h.in.Wake() {
		h.in.R = h.in.W
		h.in.Rest()
	}
}

func TestInboundBudget(t *testing.T) {
	budget(t, 1<<20, func(t *testing.T, b *Budget) {
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

		gave := AsGaveWay(stuck.s.Ended(ErrTaken))
		require.NotNil(t, gave)
		assert.Equal(t, time.Second, gave.Still)
		assert.GreaterOrEqual(t, gave.Bytes, 400<<10)
		stuck.in.Release()
		moving.finishes()
		newcomer.finishes()
		assert.Zero(t, b.InUse())
		assert.Empty(t, b.stakes)
		assert.Nil(t, AsGaveWay(moving.s.Ended(nil)))
	})
}

// What all keep comes to no more than the budget, however many they are.
func TestInboundBudgetIsKept(t *testing.T) {
	budget(t, 1<<20, func(t *testing.T, b *Budget) {
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
			h.in.Release()
		}
		assert.LessOrEqual(t, kept, 1<<20)
		assert.False(t, all[299].interrupted)
		assert.Zero(t, b.InUse())
	})
}

// Who has finished messages before is not taken for somebody who never will, for a
// while.
func TestTrust(t *testing.T) {
	budget(t, 1<<20, func(t *testing.T, b *Budget) {
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
			h.in.Release()
		}
		assert.Zero(t, b.InUse())
	})
}

// What is read of in this moment is not taken, however large it is.
func TestBusyIsNotTaken(t *testing.T) {
	budget(t, 100<<10, func(t *testing.T, b *Budget) {
		reading := b.half()
		reading.brings(90 << 10)
		require.True(t, reading.in.Wake())
		newcomer := b.half()
		newcomer.brings(60 << 10)
		assert.False(t, reading.interrupted || newcomer.interrupted)
		reading.in.Release()
		newcomer.in.Release()
		assert.Zero(t, b.InUse())
	})
}

// What goes on with something large needs a turn. Who waits for one can be taken, and who
// keeps nothing needs none.
func TestTurns(t *testing.T) {
	budget(t, 200<<10, func(t *testing.T, b *Budget) {
		b.turns = make(chan struct{}, 1)
		first, second, small := b.half(), b.half(), b.half()
		for _, h := range []*half{first, second} {
			h.brings(60_000)
		}
		small.brings(1000)
		require.True(t, first.in.MayGoOn())
		require.True(t, first.in.MayGoOn(), "it has one")
		require.True(t, first.in.Wake())
		assert.True(t, small.in.MayGoOn())
		require.False(t, second.in.MayGoOn())
		waited := make(chan bool)
		go func() {
			second.in.AwaitTurn()
			waited <- second.in.Wake()
		}()
		synctest.Wait()
		newcomer := b.half()
		newcomer.brings(120_000)
		assert.True(t, second.interrupted)
		first.in.EndTurn()
		assert.False(t, <-waited, "what it kept is gone")
		second.in.EndTurn()
		assert.Empty(t, b.turns)
		for _, h := range []*half{first, second, small, newcomer} {
			h.in.Release()
		}
		assert.Zero(t, b.InUse())
	})
}

// Where there is no buffer left, new ones are made in turns: a thousand clients that
// come together do not wait together for the garbage collector. Whose turn it is not
// reads little at a time, and waits for its turn when that becomes much.
func TestNewBuffersAreMadeInTurns(t *testing.T) {
	budget(t, 1<<20, func(t *testing.T, b *Budget) {
		b.turns = make(chan struct{}, 1)
		for shared.Get() != nil || buffers.take(class(readSize)) != nil {
			continue
		}
		first, second := b.half(), b.half()
		first.in.Begin()
		require.Len(t, first.in.Space(), readSize)
		second.in.Begin()
		require.True(t, second.in.MayGoOn())
		require.Len(t, second.in.Space(), narrow)
		second.in.W += narrow
		assert.Len(t, second.in.Buf, narrow)
		second.in.Begin()
		assert.False(t, second.in.MayGoOn(), "that is much")
		first.in.EndTurn()
		require.True(t, second.in.MayGoOn())
		assert.Len(t, second.in.Space(), readSize-narrow)
		second.in.EndTurn()
		first.in.Release()
		second.in.Release()
		assert.Zero(t, b.InUse())
	})
}

// A few bytes are kept in a few bytes, and cost nothing.
func TestInputRests(t *testing.T) {
	for _, test := range []struct{ pending, most int }{
		{1, smallInput}, {4000, 4000}, {16 << 10, 16 << 10}, {16<<10 + 1, readSize}, {60_000, readSize}, {100 << 10, 200 << 10}, {900_000, 1 << 20},
	} {
		in := &Input{Want: 1 << 20}
		in.Add(make([]byte, test.pending))
		in.Rest()
		assert.Equal(t, test.pending, in.Pending())
		assert.LessOrEqual(t, len(in.Buf), test.most, "%d bytes", test.pending)
	}
	in := &Input{Want: 1 << 20}
	in.Add(make([]byte, 900_000))
	in.R += 880_000 // a message is complete
	in.Rest()
	assert.LessOrEqual(t, len(in.Buf), readSize)
}
