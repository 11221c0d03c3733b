package client_test

import (
	"bytes"
	"context"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/troupe-mq/troupe/actors/config"

	"github.com/stretchr/testify/assert"

	"github.com/troupe-mq/troupe/actors"
	"github.com/troupe-mq/troupe/actors/actorstest"
	"github.com/troupe-mq/troupe/actors/client"
	"github.com/troupe-mq/troupe/actors/report"
)

// flooded publishes n messages of 1,000 bytes and waits until they are delivered.
func flooded(c *actorstest.Client, n int) {
	for range n {
		c.Write("PUB a 1000\r\n" + strings.Repeat("x", 1000) + "\r\n")
	}
	c.Fence()
}

// TestSlowActorIsEvicted: an actor that handles nothing is a slow consumer like
// any other, and hears of it when it is back.
func TestSlowActorIsEvicted(t *testing.T) {
	config := actors.Config{MaxPending: 100_000, MaxPayload: 10_000}
	bubble(t, config, func(t *testing.T, b *actorstest.Broker) {
		c := b.Client(t)
		c.Send(`CONNECT {"verbose":false}`)
		p := enlist(t, b, "p", client.Options{}, subscribe(t, "a"))
		release := p.stuck()
		flooded(c, 50)
		assert.Equal(t, 2, b.Stats().Connections, "there is room for so many")
		flooded(c, 100)
		assert.Equal(t, 1, b.Stats().Connections)
		assert.Zero(t, b.Stats().Subscriptions)
		assert.Equal(t, uint64(1), b.Stats().SlowConsumers)
		release()
		n := 0
		for {
			m := p.Next()
			if d, ok := m.(*client.Detached); ok {
				assert.Equal(t, report.SlowConsumerPendingBytes, d.Reason)
				break
			}
			n++
		}
		assert.Positive(t, n)
		p.Quiet()
		p.do(func(c *client.Client) { assert.ErrorIs(t, c.Flush(), client.ErrDetached) })
		l := b.Stats().Ledger
		assert.Equal(t, uint64(n), l.Delivered)
		assert.Positive(t, l.Dropped["slow_consumer_pending_bytes"])
		assert.Zero(t, l.Waiting)
		assert.Equal(t, uint64(150), l.Copies+l.NoInterest, "all that came later found it gone")
	})
}

// TestActorThatMakesNoProgress is evicted when the write deadline is over.
func TestActorThatMakesNoProgress(t *testing.T) {
	config := actors.Config{MaxPending: 100_000, MaxPayload: 10_000, WriteDeadline: 5 * time.Second}
	bubble(t, config, func(t *testing.T, b *actorstest.Broker) {
		c := b.Client(t)
		c.Send(`CONNECT {"verbose":false}`)
		p := enlist(t, b, "p", client.Options{}, subscribe(t, "a"))
		release := p.stuck()
		flooded(c, 50)
		actorstest.Advance(t, 4*time.Second)
		assert.Equal(t, 2, b.Stats().Connections)
		actorstest.Advance(t, 2*time.Second)
		assert.Equal(t, 1, b.Stats().Connections)
		release()
		var last any
		for last == nil {
			if d, ok := p.Next().(*client.Detached); ok {
				last = d.Reason
			}
		}
		assert.Equal(t, report.SlowConsumerWriteDeadline, last)
		assert.Zero(t, b.Stats().Ledger.Waiting)
	})
}

// TestSlowActorIsSpared where the policy says that messages are dropped instead.
func TestSlowActorIsSpared(t *testing.T) {
	config := actors.Config{MaxPending: 100_000, MaxPayload: 10_000, Overrun: config.OverrunDropNew}
	bubble(t, config, func(t *testing.T, b *actorstest.Broker) {
		c := b.Client(t)
		c.Send(`CONNECT {"verbose":false}`)
		p := enlist(t, b, "p", client.Options{}, subscribe(t, "a"))
		release := p.stuck()
		flooded(c, 150)
		release()
		synctest.Wait()
		l := b.Stats().Ledger
		assert.Positive(t, l.Dropped["overrun"])
		assert.Equal(t, uint64(150), l.Delivered+l.Dropped["overrun"])
		c.Send("PUB a 3", "end")
		for string(actorstest.Expect[*client.Message](p.Probe).Data) != "end" {
		}
		p.fence()
	})
}

// TestActorWaitsForNobody: what an actor says while its connection is held up is
// bounded, and it is told so.
func TestActorWaitsForNobody(t *testing.T) {
	config := actors.Config{MaxPending: 4 * 100_000, MaxPayload: 10_000, Partitions: 1}
	bubble(t, config, func(t *testing.T, b *actorstest.Broker) {
		p := enlist(t, b, "p", client.Options{}, subscribe(t, "a"))
		p.fence()
		go func() {
			_, err := b.Inject(context.Background(), actors.Fault{Target: "partitions/part-0", Kind: actors.FaultStall, For: time.Second})
			assert.NoError(t, err)
		}()
		synctest.Wait()
		said := 0
		p.do(func(c *client.Client) {
			m := client.Message{Subject: "a", Data: bytes.Repeat([]byte("x"), 1000)}
			for {
				if err := c.Publish(&m); err != nil {
					assert.ErrorIs(t, err, client.ErrBusy)
					return
				}
				said++
			}
		})
		assert.InDelta(t, 95, said, 5)
		actorstest.Advance(t, 2*time.Second)
		for range said {
			actorstest.Expect[*client.Message](p.Probe)
		}
		p.Quiet()
		p.publish(message("a", "again"))
		p.gets("a", "again")
	})
}
