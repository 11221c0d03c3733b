package actors_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/troupe-mq/troupe/actors"
	"github.com/troupe-mq/troupe/actors/report"
)

// This file is what one client may ask for, and what that costs the others.

// subscribe sends so many SUBs of one subject, with sids from 1 on.
func subscribe(p *terminal, subject string, n int) {
	var b strings.Builder
	for i := range n {
		fmt.Fprintf(&b, "SUB %s %d\r\n", subject, i+1)
		if b.Len() > 32<<10 {
			p.send(b.String())
			b.Reset()
		}
	}
	p.send(b.String())
	p.flush()
}

// TestOwnCopiesWaitForTheReader: what a client sends to itself is made as it reads, and
// however much that is it gets all of it.
func TestOwnCopiesWaitForTheReader(t *testing.T) {
	const subs, size, pending = 200, 64 << 10, 1 << 20
	b := inside(t, actors.Config{Partitions: 2, MaxPending: pending, MaxPayload: size})
	p, other := dial(t, b), dial(t, b)
	subscribe(p, "x", subs)
	p.send(fmt.Sprintf("PUB x %d\r\n%s\r\nPING\r\n", size, strings.Repeat("x", size)))
	eventually(t, "it waits for the reader", func() bool { return b.Stats().OutboundBytes >= pending/4 })
	other.send("SUB y 1\r\nPUB y 2\r\nhi\r\n")
	other.expect("MSG y 1 2", "hi")
	assert.Less(t, b.Stats().OutboundBytes, int64(4*pending))
	for range subs {
		require.True(t, strings.HasPrefix(p.next(), "MSG x "))
		require.Len(t, p.next(), size+2)
	}
	p.expect("PONG")
	assert.Zero(t, b.Stats().SlowConsumers)
	eventually(t, "all is written", func() bool { return b.Stats().Ledger.Delivered == subs+1 })
}

// TestFenceIsLeftBetweenSteps: a member of a queue group that goes does not wait for the
// end of a commit that has chosen from its group, however long that takes.
func TestFenceIsLeftBetweenSteps(t *testing.T) {
	b := inside(t, actors.Config{Partitions: 2, MaxPending: 1 << 20})
	greedy, member := dial(t, b), dial(t, b)
	member.send("SUB q group 1\r\n")
	member.flush()
	subscribe(greedy, "x", 1000)
	const size = 32 << 10
	greedy.send(fmt.Sprintf("PUB q 0\r\n\r\nPUB x %d\r\n%s\r\n", size, strings.Repeat("x", size))) // it reads nothing of that
	member.expect("MSG q 1 0", "")
	member.send("UNSUB 1\r\nPING\r\n")
	member.expect("PONG")
}

// TestBusyClientIsMadeNoMore: the limit of what waits for a client is kept by whoever
// makes it, also while the client's own actor does not come to look.
func TestBusyClientIsMadeNoMore(t *testing.T) {
	const pending = 1 << 20
	b := inside(t, actors.Config{Partitions: 1, MaxPending: pending, MaxPayload: 64 << 10})
	pub, busy := dial(t, b), dial(t, b)
	busy.send("SUB a 1\r\n")
	busy.flush()
	stalled := make(chan error)
	go func() {
		_, err := b.Inject(t.Context(), actors.Fault{Target: "connections/conn-2", Kind: actors.FaultStall, For: 2 * time.Second})
		stalled <- err
	}()
	eventually(t, "it is busy", func() bool {
		page, err := b.Connections(t.Context(), report.ConnectionQuery{CID: 2})
		return err == nil && page.Silent == 1
	})
	number(pub, "a", 200, 60<<10)
	assert.Less(t, b.Stats().OutboundBytes, int64(4*pending))
	require.NoError(t, <-stalled)
	eventually(t, "it is evicted", func() bool { return b.Stats().SlowConsumers == 1 })
	eventually(t, "nothing waits", func() bool { return b.Stats().OutboundBytes == 0 })
	assert.Positive(t, b.Stats().Ledger.Dropped[report.SlowConsumerPendingBytes.Key()])
}

// TestWideIsHeldOnce: a subscription that concerns all partitions is one, however many
// these are, and takes effect in the order of the commands.
func TestWideIsHeldOnce(t *testing.T) {
	b := inside(t, actors.Config{Partitions: 8})
	p := dial(t, b)
	for i := range 100 {
		subject := fmt.Sprintf("a%d.b%d.c", i, i)
		p.send(fmt.Sprintf("PUB %s 1\r\n0\r\nSUB *.*.c 1\r\nPUB %s 1\r\n1\r\nUNSUB 1\r\nPUB %s 1\r\n2\r\nPING\r\n", subject, subject, subject))
		p.expect("MSG "+subject+" 1 1", "1", "PONG")
	}
	p.send("SUB *.*.d 7\r\n")
	p.flush()
	all, err := b.Partitions(t.Context(), report.PartitionQuery{})
	require.NoError(t, err)
	found := 0
	for _, one := range all {
		found += one.Subscriptions
	}
	assert.Equal(t, 1, found)
}
