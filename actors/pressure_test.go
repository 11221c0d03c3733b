package actors_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/troupe-mq/troupe/actors/config"

	"github.com/stretchr/testify/require"

	"github.com/troupe-mq/troupe/actors"
	"github.com/troupe-mq/troupe/actors/access"
)

// number publishes n numbered messages of size bytes from p.
func number(p *terminal, subject string, n, size int) {
	p.t.Helper()
	var b strings.Builder
	for i := range n {
		fmt.Fprintf(&b, "PUB %s %d\r\n%0*d\r\n", subject, size, size, i)
		if b.Len() > 64<<10 {
			p.send(b.String())
			b.Reset()
		}
	}
	p.send(b.String())
	p.flush()
}

// stalled subscribes a client that then reads nothing more.
func stalled(t *testing.T, b *actors.Broker, subject string) *terminal {
	t.Helper()
	p := dial(t, b)
	p.send("SUB " + subject + " 1\r\n")
	p.flush()
	return p
}

func TestSlowConsumerIsEvictedAndNobodyElse(t *testing.T) {
	b := inside(t, actors.Config{Partitions: 2, MaxPayload: 1 << 10, MaxPending: 128 << 10})
	pub, healthy := dial(t, b), dial(t, b)
	healthy.send("SUB a 9\r\n")
	healthy.flush()
	stalled(t, b, "a")
	for range 10 { // less than half of the limit waits for the healthy one, besides what it has just read
		number(pub, "a", 100, 512)
		for range 100 {
			healthy.expect("MSG a 9 512")
			healthy.next()
		}
	}
	eventually(t, "it is evicted", func() bool { return b.Stats().SlowConsumers == 1 })
	eventually(t, "two are left", func() bool { return b.Stats().Connections == 2 })
	eventually(t, "nothing waits", func() bool { return b.Stats().OutboundBytes == 0 })
}

// readNumbered reads numbered messages up to number last, and returns how many
// that were.
func readNumbered(l *terminal, last int) (count int) {
	l.t.Helper()
	for number := -1; number < last; count++ {
		l.next()
		before := number
		_, err := fmt.Sscanf(l.next(), "%d", &number)
		require.NoError(l.t, err)
		require.Greater(l.t, number, before, "in order")
		if count == 0 {
			require.Zero(l.t, number, "what the writer has begun with is not dropped")
		}
	}
	return count
}

func TestOverrunDropsAreCounted(t *testing.T) {
	for _, policy := range []config.Overrun{config.OverrunDropNew, config.OverrunDropOld} {
		t.Run(string(policy), func(t *testing.T) {
			b := inside(t, actors.Config{Partitions: 1, MaxPayload: 8 << 10, MaxPending: 2 << 20, Overrun: policy})
			pub, sub := dial(t, b), stalled(t, b, "a")
			const n, size = 800, 8000
			number(pub, "a", n, size)
			dropped := int(b.Stats().Ledger.Dropped["overrun"])
			require.Positive(t, dropped)
			number(pub, "b", 1, 1)
			if policy == config.OverrunDropOld {
				require.Equal(t, n-dropped, readNumbered(sub, n-1), "the newest is there, and every loss is counted")
				return
			}
			for range n - dropped {
				sub.next()
				sub.next()
			}
			number(pub, "a", 1, 7)
			sub.expect("MSG a 1 7", "0000000")
		})
	}
}

func TestBudgetEvictsTheLargest(t *testing.T) {
	b := inside(t, actors.Config{Partitions: 1, OutboundBudget: 4 << 20})
	pub := dial(t, b)
	stalled(t, b, "large")
	small := stalled(t, b, "small")
	number(pub, "large", 380, 10_000)
	number(pub, "small", 1000, 1000)
	eventually(t, "two are left", func() bool { return b.Stats().Connections == 2 })
	for i := range 1000 {
		small.expect("MSG small 1 1000", fmt.Sprintf("%01000d", i))
	}
	eventually(t, "nothing waits", func() bool { return b.Stats().OutboundBytes == 0 })
}

// TestAnswersAreBoundedToo: no policy may drop a PONG, so that who does not read
// them is evicted whatever the policy, and not much waits for it before.
func TestAnswersAreBoundedToo(t *testing.T) {
	config := actors.Config{Partitions: 1, MaxPayload: 1 << 10, MaxPending: 64 << 10, Overrun: config.OverrunDropOld, WriteDeadline: time.Second}
	b := inside(t, config)
	c := dial(t, b)
	pings := strings.Repeat("PING\r\n", 10_000)
	for range 100 {
		if _, err := c.Write([]byte(pings)); err != nil {
			break
		}
		require.Less(t, b.Stats().OutboundBytes, int64(4<<20))
	}
	eventually(t, "it is evicted", func() bool { return b.Stats().SlowConsumers == 1 })
}

func TestLateAnswersFindTheInbox(t *testing.T) {
	b := inside(t, actors.Config{Partitions: 1})
	c := dial(t, b)
	c.send("SUB _INBOX.x.* 1\r\nSUB other 2\r\n")
	for range 3 {
		c.send("PUB nobody _INBOX.x.y 0\r\n\r\n")
		c.expect("HMSG _INBOX.x.y 1 38 38", "NATS/1.0 503", "Nats-Subject: nobody", "", "")
	}
	c.send("UNSUB 1\r\nPUB nobody _INBOX.x.y 0\r\n\r\nPUB nobody other 0\r\n\r\n")
	c.expect("HMSG other 2 38 38", "NATS/1.0 503", "Nats-Subject: nobody", "", "")
}

// TestOverrunOfAUser: one user loses messages where everybody else is evicted.
func TestOverrunOfAUser(t *testing.T) {
	b := inside(t, actors.Config{
		Partitions: 1, MaxPayload: 8 << 10, MaxPending: 2 << 20, NoAuthUser: "all",
		Users: []access.User{{Name: "all"}, {Name: "lossy", Password: "p", Overrun: string(config.OverrunDropOld)}},
	})
	pub := dial(t, b)
	stalled(t, b, "a")
	lossy := dial(t, b)
	lossy.send("CONNECT {\"user\":\"lossy\",\"pass\":\"p\"}\r\nSUB a 1\r\n")
	lossy.flush()
	number(pub, "a", 800, 8000)
	eventually(t, "it is evicted", func() bool { return b.Stats().SlowConsumers == 1 })
	eventually(t, "two are left", func() bool { return b.Stats().Connections == 2 })
	require.Positive(t, b.Stats().Ledger.Dropped["overrun"])
	lossy.expect("MSG a 1 8000")

	_, err := actors.Start(t.Context(), actors.Config{Users: []access.User{{Name: "x", Overrun: "explode"}}})
	require.ErrorContains(t, err, "overrun \"explode\"")
}
