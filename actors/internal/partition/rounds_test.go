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
)

// TestMuchIsMadeInRounds: of a batch whose messages have a large result each, only some are held at once.
func TestMuchIsMadeInRounds(t *testing.T) {
	const wide, messages, heldAtOnce = 20_000, 100, 30
	h, told := hostOf(t), make(publisher, 1)
	p := New(h, new(State), NewLayout(h, 1, nil), 1)
	pid := h.System.Root.Spawn(actor.PropsFromProducer(func() actor.Actor { return p }, host.Mailbox()...))
	to := &interest.Target{ID: 1, Pending: interest.NewPending()}
	var all []*interest.Subscription
	for i := range wide {
		all = append(all, interest.NewSubscription(to, []byte("a.>"), nil, fmt.Append(nil, i)))
	}
	for i := range messages { // so that no two of them have the same result
		all = append(all, interest.NewSubscription(to, fmt.Append(nil, "a.c", i), nil, fmt.Append(nil, wide+i)))
	}
	h.Send(pid, &Appeared{Subs: all})
	found := make(chan *batch.Result, 1)
	require.Eventually(t, func() bool {
		h.Send(pid, &MatchOne{Subject: fmt.Sprint("a.c", messages-1), Reply: found})
		return len((<-found).Plain) == wide+1
	}, time.Minute, time.Millisecond)
	b := batchOf(told, "a.", messages)
	h.Send(pid, b)
	rounds := 0
	for some := true; some; rounds++ {
		<-told
		from := b.Next
		require.Greater(t, b.Routed(), from, "it gets on")
		b.Next = b.Routed()
		assert.LessOrEqual(t, b.Next-from, heldAtOnce)
		for i := range b.Entries[from:b.Next] {
			require.Len(t, b.Entries[from+i].Result.Plain, wide+1)
		}
		if _, some = b.NextRound(); some {
			b.Parties.Store(1)
			h.Send(pid, b)
		}
	}
	assert.Equal(t, messages, b.Next)
	assert.GreaterOrEqual(t, rounds, messages/heldAtOnce)
	for i := range b.Entries {
		assert.Nil(t, b.Entries[i].Result, "of what is committed nothing is held")
	}
}
