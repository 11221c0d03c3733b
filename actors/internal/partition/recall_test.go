package partition

import (
	"fmt"
	"testing"
	"time"

	"github.com/asynkron/protoactor-go/actor"
	"github.com/hashicorp/go-hclog"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/troupe-mq/troupe/actors/internal/batch"
	"github.com/troupe-mq/troupe/actors/internal/host"
	"github.com/troupe-mq/troupe/actors/internal/interest"
	"github.com/troupe-mq/troupe/actors/internal/lab"
	"github.com/troupe-mq/troupe/actors/internal/steps"
	"github.com/troupe-mq/troupe/supervisor"
	"github.com/troupe-mq/troupe/wire"
)

// publisher is told when its batch is routed.
type publisher chan struct{}

func (p publisher) Routed() { p <- struct{}{} }

// alone is the partitions of a broker in which one connection has subscriptions.
type alone struct {
	*host.Host
	pid    *actor.PID   // the first one
	all    []*actor.PID // of the partitions
	group  *actor.PID   // of connections
	layout *Layout
}

// newAlone starts the only one. The group of connections may be busy first.
func newAlone(t *testing.T, subs []*interest.Subscription, busy func()) *alone {
	t.Helper()
	return newSeveral(t, 1, subs, busy)
}

func hostOf(t *testing.T) *host.Host {
	h := host.New(hclog.NewNullLogger(), func(supervisor.Event) {})
	t.Cleanup(h.System.Shutdown)
	return h
}

func newSeveral(t *testing.T, partitions int, subs []*interest.Subscription, busy func()) *alone {
	t.Helper()
	h := hostOf(t)
	spawn := func(path string, receive actor.ReceiveFunc) *actor.PID {
		pid, err := h.System.Root.SpawnNamed(actor.PropsFromFunc(receive, host.Mailbox()...), path)
		require.NoError(t, err)
		return pid
	}
	one := host.Path(host.Connections, host.ConnectionName(1))
	spawn(one, func(ctx actor.Context) {
		if m, ok := ctx.Message().(*RecallSubscriptions); ok {
			answer := &Recalled{}
			for _, s := range subs {
				if home, wide := Home(s.Subject(), len(m.Layout.PIDs)); home == m.Partition || wide && m.Wide {
					answer.Subs = append(answer.Subs, s)
				}
			}
			ctx.Respond(answer)
		}
	})
	group := spawn(host.Path(host.Connections), func(ctx actor.Context) {
		switch ctx.Message().(type) {
		case string:
			busy()
		case supervisor.Describe:
			ctx.Respond(supervisor.Node{Children: []supervisor.Node{{Path: one}}})
		}
	})
	a := &alone{Host: h, group: group, layout: NewLayout(h, partitions, nil)}
	for i := range partitions {
		left := &State{Number: i}
		pid, err := h.System.Root.SpawnNamed(
			actor.PropsFromProducer(func() actor.Actor { return New(h, left, a.layout, 1) }, host.Mailbox()...), host.Path(host.Partitions, host.PartitionName(i)))
		require.NoError(t, err)
		a.all = append(a.all, pid)
	}
	a.pid = a.all[0]
	return a
}

func subscriptionTo(subject string) *interest.Subscription {
	return interest.NewSubscription(new(interest.Target), []byte(subject), nil, []byte("1"))
}

// batchTo is a batch for one partition, whose input is the subject "a".
func batchTo(p batch.Publisher) *batch.Batch {
	b := batch.New(p, 1, 0)
	b.Buf = []byte("a")
	b.Parties.Store(1)
	return b
}

// publishA adds a message on "a".
func publishA(b *batch.Batch) {
	b.Add(wire.OpPub).Subject = wire.Span{Off: 0, Len: 1}
	b.Route(0)
}

// TestPoisonIsLeftOut puts a command into a batch that makes the partition
// panic: a SUB whose subscription is missing.
func TestPoisonIsLeftOut(t *testing.T) {
	p := newAlone(t, []*interest.Subscription{subscriptionTo("a")}, nil)
	routed := make(publisher, 2)
	poisoned := batchTo(routed)
	publishA(poisoned)
	poisoned.Add(wire.OpSub)
	poisoned.Route(0)
	publishA(poisoned)
	p.Send(p.pid, &Appeared{Subs: []*interest.Subscription{subscriptionTo("a")}}) // the one before it knew of
	p.Send(p.pid, poisoned)

	<-routed
	require.Len(t, poisoned.Entries[0].Result.Plain, 1, "in front of the poison")
	require.Equal(t, wire.ErrInternal, poisoned.Entries[1].Refusal)
	require.Len(t, poisoned.Entries[2].Result.Plain, 1, "behind the poison")
	require.Empty(t, routed)
}

// TestMessageBehindPoisonIsNoRepeat: what only repeats the subject of a message that
// is left out is looked at by itself.
func TestMessageBehindPoisonIsNoRepeat(t *testing.T) {
	h := hostOf(t)
	p := New(h, new(State), NewLayout(h, 1, nil), 1).(*partition)
	b := batchTo(make(publisher, 1))
	publishA(b)
	b.Add(wire.OpPub).Subject = wire.Span{Off: 0, Len: 1}
	b.Entries[1].Repeat = true
	p.skipPoison(b)
	p.routeBatch(nil, b)
	assert.Equal(t, wire.ErrInternal, b.Entries[0].Refusal)
	assert.False(t, b.Entries[1].Repeat)
	assert.Nil(t, b.Entries[1].Refusal)
	assert.NotNil(t, b.Entries[1].Result)
}

// TestRecallWaitsForABusyGroup: who is connected is told late, and still asked.
func TestRecallWaitsForABusyGroup(t *testing.T) {
	busy := make(chan struct{})
	p := newAlone(t, []*interest.Subscription{subscriptionTo("a")}, func() { <-busy })
	go p.Send(p.group, "be busy")
	time.AfterFunc(recallPatience+100*time.Millisecond, func() { close(busy) })
	p.Send(p.pid, &lab.Order{Kind: lab.Panic})
	routed := make(publisher, 1)
	b := batchTo(routed)
	publishA(b)
	p.Send(p.pid, b)
	<-routed
	require.Len(t, b.Entries[0].Result.Plain, 1)
}

// TestRecallIsTakenInSlices: what a connection answers with may be a hundred thousand subscriptions. They are taken in a slice at
// a time, and all of them before anything is matched, however long others have had to answer meanwhile.
func TestRecallIsTakenInSlices(t *testing.T) {
	const subs = 20_000
	h := hostOf(t)
	to := &interest.Target{ID: 1, Pending: interest.NewPending()}
	answer := &Recalled{}
	for i := range subs {
		answer.Subs = append(answer.Subs, interest.NewSubscription(to, []byte("a"), nil, fmt.Append(nil, i)))
	}
	p := New(h, &State{restarted: true}, NewLayout(h, 1, nil), 1).(*partition)
	routed, turns := make(publisher, 1), 0
	b := batchTo(routed)
	publishA(b)
	pid := h.System.Root.Spawn(actor.PropsFromFunc(func(ctx actor.Context) {
		if _, ok := ctx.Message().(*recallTurn); ok {
			turns++
		}
		p.Receive(ctx)
		if turns == 1 {
			ctx.Send(ctx.Self(), &recallOver{p.recall})
		}
	}, host.Mailbox()...))
	h.Send(pid, b)
	h.Send(pid, supervisor.Node{Children: []supervisor.Node{{Path: "one"}, {Path: "one that never answers"}}})
	h.Send(pid, answer)
	<-routed
	assert.Len(t, b.Entries[0].Result.Plain, subs)
	assert.InDelta(t, subs*change(answer.Subs[0])/steps.Slice, turns, 2)
}
