package actors_test

import (
	"fmt"
	"io"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"github.com/troupe-mq/troupe/actors/config"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/troupe-mq/troupe/actors"
	"github.com/troupe-mq/troupe/actors/report"
)

// settled waits until nothing is on its way, and checks both sums.
func settled(t *testing.T, b *actors.Broker) report.Ledger {
	t.Helper()
	var l report.Ledger
	balanced := func() bool {
		l = b.Stats().Ledger
		return l.Waiting == 0 && l.In == l.Routed+l.NoInterest+l.Refused
	}
	if !assert.Eventually(t, balanced, time.Minute, 5*time.Millisecond) {
		t.Fatalf("%+v", l)
	}
	sum := l.Delivered
	for _, n := range l.Dropped {
		sum += n
	}
	assert.Equal(t, l.Copies, sum)
	return l
}

func TestLedgerCountsWhatHappened(t *testing.T) {
	b := watched(t, actors.Config{})
	sub, pub := named(t, b, "sub"), named(t, b, "pub")
	sub.say("SUB a 1", "SUB a q 2", "SUB a q 3")
	sub.fence()
	pub.say("SUB own 1")
	pub.say("PUB a 1", "x", "PUB a 1", "x", "PUB none 1", "x", "PUB own 1", "x")
	pub.fence()
	l := settled(t, b)
	assert.Equal(t, report.Ledger{In: 4, Routed: 3, NoInterest: 1, Copies: 5, Delivered: 5, Dropped: map[string]uint64{}}, l)
}

// A client that only ever sends has its own buffer filled in the end, if nobody
// reads what comes back.
func flood(p *person, subject string, n int, payload string) {
	var text strings.Builder
	for range n {
		fmt.Fprintf(&text, "PUB %s %d\r\n%s\r\n", subject, len(payload), payload)
	}
	_, _ = io.WriteString(p, text.String()) // it may be cut off: that is the point
}

func TestLedgerBalancesAfterDisconnectsMidway(t *testing.T) {
	b := watched(t, actors.Config{Partitions: 2})
	stay := named(t, b, "stay")
	stay.say("SUB > 1")
	stay.fence()
	go func() { _, _ = io.Copy(io.Discard, stay) }()
	done := make(chan struct{})
	for w := range 4 {
		go func() {
			defer func() { done <- struct{}{} }()
			rnd := rand.New(rand.NewPCG(1, uint64(w)))
			for i := range 40 {
				s, p := named(t, b, "s"), named(t, b, "p") //nolint:testifylint // who fails ends, and the test says so when it waits for him
				s.say("SUB t.* 1", "SUB t.> q 2")
				s.fence()
				left := rnd.IntN(3)
				if left == 0 {
					s.Close()
				}
				flood(p, fmt.Sprintf("t.%d", i), 50+rnd.IntN(200), "0123456789")
				if left == 1 {
					s.Close()
				}
				p.Close()
				if left == 2 {
					s.Close()
				}
			}
		}()
	}
	for range 4 {
		<-done
	}
	eventually(t, "only one is left", func() bool { return b.Stats().Connections == 1 })
	l := settled(t, b)
	assert.Positive(t, l.Delivered)
	t.Logf("%+v", l)
}

func TestLedgerCountsWhatASlowConsumerLost(t *testing.T) {
	b := watched(t, actors.Config{MaxPending: 2 << 20})
	slow, pub := named(t, b, "slow"), named(t, b, "pub")
	slow.say("SUB big 1")
	slow.fence()
	payload := strings.Repeat("x", 64<<10)
	eventually(t, "it is evicted", func() bool {
		flood(pub, "big", 32, payload)
		pub.fence()
		return b.Stats().SlowConsumers == 1
	})
	eventually(t, "it is gone", func() bool { return b.Stats().Connections == 1 })
	l := settled(t, b)
	assert.Positive(t, l.Dropped["slow_consumer_pending_bytes"], "%+v", l)
	got, err := b.Connections(t.Context(), report.ConnectionQuery{State: report.ClosedConnections})
	require.NoError(t, err)
	assert.Equal(t, report.SlowConsumerPendingBytes, got.Connections[0].Reason)
}

func TestLedgerCountsWhatAnOverrunPolicyDropped(t *testing.T) {
	for _, policy := range []config.Overrun{config.OverrunDropNew, config.OverrunDropOld} {
		b := watched(t, actors.Config{MaxPending: 2 << 20, Overrun: policy})
		slow, pub := named(t, b, "slow"), named(t, b, "pub")
		slow.say("SUB big 1")
		slow.fence()
		payload := strings.Repeat("x", 64<<10)
		eventually(t, "something is dropped", func() bool {
			flood(pub, "big", 32, payload)
			pub.fence()
			return b.Stats().Ledger.Dropped["overrun"] > 0
		})
		slow.Close()
		eventually(t, "it is gone", func() bool { return b.Stats().Connections == 1 })
		settled(t, b)
	}
}
