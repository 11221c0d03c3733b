package partition

import (
	"fmt"
	"testing"
	"time"

	"github.com/asynkron/protoactor-go/actor"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/troupe-mq/troupe/actors/internal/batch"
	"github.com/troupe-mq/troupe/actors/internal/host"
	"github.com/troupe-mq/troupe/actors/internal/interest"
	"github.com/troupe-mq/troupe/wire"
)

// TestLongRouteIsTakenInSteps: a batch whose messages are searched for in tens of
// thousands of patterns goes on in its turns again and again, and another that
// has come meanwhile does not wait for it.
func TestLongRouteIsTakenInSteps(t *testing.T) {
	h := hostOf(t)
	slow, quick := make(publisher, 1), make(publisher, 1)
	first, second := batchOf(slow, "a.a.a.a.a.a.a.a.a.a.a.a.a.a.", 8), batchOf(quick, "x.y.", 1)
	var steps []*batch.Batch // the actor's until slow is told
	turns := 0
	p := New(h, new(State), NewLayout(h, 1, nil), 1)
	pid := h.System.Root.Spawn(actor.PropsFromFunc(func(ctx actor.Context) {
		switch m := ctx.Message().(type) {
		case *batch.Batch:
			if steps = append(steps, m); len(steps) == 1 {
				turns = 0
				h.Send(ctx.Self(), second)
			}
		case *nextTurn:
			turns++
		}
		p.Receive(ctx)
	}, host.Mailbox()...))
	to := &interest.Target{ID: 1, Pending: interest.NewPending()}
	var all []*interest.Subscription
	for i := range 1 << 14 { // each token is a wildcard or not: all of them overlap
		pattern := ""
		for bit := range 14 {
			pattern += string("*a"[i>>bit&1]) + "."
		}
		all = append(all, interest.NewSubscription(to, []byte(pattern+"b"), nil, fmt.Append(nil, i)))
	}
	h.Send(pid, &Appeared{Subs: all})
	found := make(chan *batch.Result, 1)
	require.Eventually(t, func() bool {
		h.Send(pid, &MatchOne{Subject: "a.a.a.a.a.a.a.a.a.a.a.a.a.a.b", Reply: found})
		return len((<-found).Plain) == len(all)
	}, time.Minute, time.Millisecond)

	h.Send(pid, first)
	<-quick
	<-slow
	assert.Equal(t, []*batch.Batch{first, second}, steps, "it has waited for one step")
	assert.Greater(t, turns, 8)
}

// TestLeaversShareTheTurns: whoever asks for little waits for one slice of what many who
// leave have left behind, not for one of each.
func TestLeaversShareTheTurns(t *testing.T) {
	const leavers, each = 40, 1000
	h := hostOf(t)
	to := &interest.Target{ID: 1, Pending: interest.NewPending()}
	var gone []*Withdraw
	for range leavers {
		m := &Withdraw{}
		for i := range each {
			m.Subs = append(m.Subs, interest.NewSubscription(to, fmt.Append(nil, "a.b", i), nil, []byte("1")))
		}
		gone = append(gone, m)
	}
	p := New(h, new(State), NewLayout(h, 1, nil), 1).(*partition)
	quick, over := make(publisher, 1), make(chan struct{})
	turns, met := 0, 0
	pid := h.System.Root.Spawn(actor.PropsFromFunc(func(ctx actor.Context) {
		switch m := ctx.Message().(type) {
		case []*Withdraw:
			for _, w := range m {
				ctx.Send(ctx.Self(), w)
			}
			ctx.Send(ctx.Self(), batchOf(quick, "x.y.", 1))
		case *nextTurn:
			turns++
		case *batch.Batch:
			met = turns
		}
		p.Receive(ctx)
		if turns > 0 && p.backlog.len() == 0 {
			close(over)
		}
	}, host.Mailbox()...))
	h.Send(pid, gone)
	<-over
	<-quick
	assert.Zero(t, met, "what it has come behind waits for its turn")
	assert.Greater(t, turns, 4*leavers)
}

// TestManySubscriptionsWaitForTheirTurn: whoever asks for little does not wait for what a thousand clients subscribe to.
func TestManySubscriptionsWaitForTheirTurn(t *testing.T) {
	const clients, each = 40, 1000
	h := hostOf(t)
	to := &interest.Target{ID: 1, Pending: interest.NewPending()}
	routed, quick := make(publisher, clients), make(publisher, 1)
	var all []*batch.Batch
	for range clients {
		b := batch.New(routed, 1, 0)
		b.Parties.Store(1)
		for i := range each {
			b.Add(wire.OpSub).Sub = interest.NewSubscription(to, fmt.Append(nil, "a.b", i), nil, []byte("1"))
			b.Route(0)
			b.Changes++
		}
		all = append(all, b)
	}
	little := batchOf(quick, "x.y.", 1)
	p := New(h, new(State), NewLayout(h, 1, nil), 1).(*partition)
	turns, met := 0, -1
	pid := h.System.Root.Spawn(actor.PropsFromFunc(func(ctx actor.Context) {
		switch m := ctx.Message().(type) {
		case []*batch.Batch:
			for _, b := range m {
				ctx.Send(ctx.Self(), b)
			}
			ctx.Send(ctx.Self(), little)
		case *nextTurn:
			turns++
		}
		p.Receive(ctx)
		if met < 0 && ctx.Message() == any(little) {
			met = len(routed) + turns
		}
	}, host.Mailbox()...))
	h.Send(pid, all)
	<-quick
	for range clients {
		<-routed
	}
	assert.Zero(t, met, "what it has come behind waits for its turn")
}

// batchOf is a batch with n messages on subjects that begin so, for one partition.
func batchOf(to publisher, prefix string, n int) *batch.Batch {
	b := batch.New(to, 1, 0)
	b.Parties.Store(1)
	for i := range n {
		text := b.Spell(fmt.Append(nil, prefix, "c", i))
		e := b.Add(wire.OpPub)
		e.Subject, e.Renamed = text, true
		b.Route(0)
	}
	return b
}

// TestEverySecondTurn: whoever is waited for does not wait for what a hundred clients have left
// behind, and that does not wait for ever either.
func TestEverySecondTurn(t *testing.T) {
	var x backlog
	left := []*Withdraw{{}, {}, {}, {}}
	asked := []*batch.Batch{{}, {}}
	for _, m := range left {
		x.add(m)
	}
	for _, m := range asked {
		x.add(m)
	}
	for _, want := range []any{left[0], asked[0], left[1], asked[1], left[2], left[3]} {
		assert.Same(t, want, x.next())
	}
	assert.Zero(t, x.len())
}
