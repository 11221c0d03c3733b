package partition

import (
	"fmt"
	"testing"

	"github.com/asynkron/protoactor-go/actor"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/troupe-mq/troupe/actors/internal/batch"
	"github.com/troupe-mq/troupe/actors/internal/host"
	"github.com/troupe-mq/troupe/actors/internal/interest"
	"github.com/troupe-mq/troupe/wire"
)

// following starts the partitions of a layout that takes the place of another one. A connection that is asked has some
// subscriptions.
func following(t *testing.T, n int, subs ...*interest.Subscription) *alone {
	a := newSeveral(t, 1, subs, nil)
	a.layout = NewLayout(a.Host, n, a.layout)
	for p := range n {
		left := &State{Number: p}
		_, err := a.System.Root.SpawnNamed(
			actor.PropsFromProducer(func() actor.Actor { return New(a.Host, left, a.layout, 1) }, host.Mailbox()...), a.layout.PIDs[p].Id)
		require.NoError(t, err)
	}
	return a
}

// straddling is a subject of the first of two partitions, and a pattern that matches it and that the second one has for both.
func straddling() (subject, wide string) {
	for i := 0; ; i++ {
		subject, wide = fmt.Sprintf("a.%d", i), fmt.Sprintf("*.%d", i)
		at, _ := Home(subject, 2)
		if other, _ := Home(wide, 2); at == 0 && other == 1 {
			return subject, wide
		}
	}
}

// publish is a batch with one message for the first partition.
func publish(to batch.Publisher, subject string) *batch.Batch {
	b := batch.New(to, 2, 1)
	b.Buf = []byte(subject)
	b.Parties.Store(1)
	b.Add(wire.OpPub).Subject = wire.Span{Len: uint32(len(subject))}
	b.Route(0)
	return b
}

// TestNobodyServesBeforeAllHaveSettled: what arrives at a partition that takes the place of others waits until everything
// has been given to it, and to the others.
func TestNobodyServesBeforeAllHaveSettled(t *testing.T) {
	subject, wide := straddling()
	a := following(t, 2)
	first, second, routed := a.layout.PIDs[0], a.layout.PIDs[1], make(publisher, 1)
	b := publish(routed, subject)
	a.Send(first, b)
	settled := make(chan bool, 1)
	a.Send(first, &Recalled{Subs: []*interest.Subscription{subscriptionTo(subject)}})
	a.Send(first, &Settle{Done: settled})
	assert.True(t, <-settled)
	a.Send(second, &Recalled{Subs: []*interest.Subscription{subscriptionTo(wide)}})
	a.Send(second, &Settle{Done: settled})
	assert.True(t, <-settled)
	assert.Empty(t, routed)
	a.Send(first, &Serve{})
	<-routed
	assert.Len(t, b.Entries[0].Result.Plain, 2)

	a.Send(first, &Recalled{Subs: []*interest.Subscription{subscriptionTo(subject)}})
	a.Send(first, &Serve{})
	b = publish(routed, subject)
	a.Send(first, b)
	<-routed
	assert.Len(t, b.Entries[0].Result.Plain, 3, "what is given late counts")
}

// TestCrashBeforeServing: a partition that crashes before it serves asks for what it has been given, and for what concerns
// all: the one that has it may not have taken it in.
func TestCrashBeforeServing(t *testing.T) {
	subject, wide := straddling()
	a := following(t, 2, subscriptionTo(subject), subscriptionTo(wide))
	first, settled, routed := a.layout.PIDs[0], make(chan bool, 1), make(publisher, 1)
	b := publish(routed, subject)
	a.Send(first, b)
	a.Send(first, &Recalled{Subs: []*interest.Subscription{nil}}) // it cannot be taken in
	<-routed
	assert.Len(t, b.Entries[0].Result.Plain, 2)
	a.Send(first, &Settle{Done: settled})
	assert.True(t, <-settled)
}

// TestRetire: a partition that others have taken the place of says so when it has done what it has been asked for.
func TestRetire(t *testing.T) {
	h := hostOf(t)
	p := New(h, new(State), NewLayout(h, 1, nil), 1)
	routed, done := make(publisher, 1), make(chan bool, 1)
	pid := h.System.Root.Spawn(actor.PropsFromFunc(func(ctx actor.Context) {
		if _, ok := ctx.Message().(*batch.Batch); ok {
			h.Send(ctx.Self(), &Retire{Done: done}) // in front of the turn in which the batch is routed
		}
		p.Receive(ctx)
	}, host.Mailbox()...))
	b := batchOf(routed, "x.y.", 1)
	b.Changes = changedAtOnce + 1 // it waits for its turn
	h.Send(pid, b)
	<-done
	assert.Len(t, routed, 1)
}
