package client_test

import (
	"bytes"
	"strconv"
	"testing"
	"testing/synctest"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/troupe-mq/troupe/actors"
	"github.com/troupe-mq/troupe/actors/actorstest"
	"github.com/troupe-mq/troupe/actors/client"
	"github.com/troupe-mq/troupe/actors/report"
)

func TestActorPublishesAndSubscribes(t *testing.T) {
	bubble(t, actors.Config{Partitions: 3}, func(t *testing.T, b *actorstest.Broker) {
		c := b.Client(t)
		c.Send("SUB from.* 1")
		c.Expect("+OK")
		p := enlist(t, b, "p", client.Options{}, subscribe(t, "to.>"))
		c.Send("PUB to.you reply.here 5", "hello")
		c.Expect("+OK")
		m := p.gets("to.you", "hello")
		assert.Equal(t, "reply.here", m.Reply)
		assert.Nil(t, m.Header)
		require.NotNil(t, m.From)
		assert.Equal(t, "nats", m.From.Kind)
		assert.Equal(t, uint64(1), m.From.CID)

		p.publish(client.Message{Subject: "from.me", Reply: "back", Data: []byte("hi")})
		c.Expect("MSG from.me 1 back 2", "hi")
		p.publish(message("to.myself", ""))
		m = p.gets("to.myself", "")
		assert.Equal(t, "actor", m.From.Kind)
		assert.Equal(t, "p", m.From.Name)
		p.fence()
		p.Quiet()

		l := b.Stats().Ledger
		assert.Equal(t, report.Ledger{In: 3, Routed: 3, Copies: 3, Delivered: 3, Dropped: map[string]uint64{}}, l)
		page, err := b.Connections(t.Context(), report.ConnectionQuery{})
		require.NoError(t, err)
		require.Len(t, page.Connections, 2)
		r := page.Connections[1]
		assert.Equal(t, "actor", r.Type)
		assert.Equal(t, "troupe/actors/p", r.Host)
		assert.Equal(t, uint64(2), r.InMessages)
		assert.Equal(t, uint64(2), r.OutMessages)
		assert.Equal(t, 1, r.SubscriptionCount)
	})
}

// TestActorOrder: what is published arrives in the order of publishing, over all
// subjects and partitions, in both directions.
func TestActorOrder(t *testing.T) {
	bubble(t, actors.Config{Partitions: 4}, func(t *testing.T, b *actorstest.Broker) {
		const n = 500
		sender := enlist(t, b, "sender", client.Options{}, nil)
		taker := enlist(t, b, "taker", client.Options{}, subscribe(t, "a.*.*", "*.b.>"))
		taker.fence()
		sender.do(func(c *client.Client) {
			for i := range n {
				m := message([]string{"a.x.", "x.b.", "a.c."}[i%3]+strconv.Itoa(i%17), strconv.Itoa(i))
				assert.NoError(t, c.Publish(&m))
			}
		})
		for i := range n {
			m := actorstest.Expect[*client.Message](taker.Probe)
			require.Equal(t, strconv.Itoa(i), string(m.Data))
		}
		taker.Quiet()
	})
}

func TestActorHeaders(t *testing.T) {
	bubble(t, actors.Config{}, func(t *testing.T, b *actorstest.Broker) {
		c := b.Client(t)
		c.Send(`CONNECT {"verbose":false,"headers":true}`, "SUB from 1")
		p := enlist(t, b, "p", client.Options{}, subscribe(t, "to"))
		c.Send("HPUB to 20 22", "NATS/1.0", "A: b c", "", "hi")
		m := p.gets("to", "hi")
		assert.Equal(t, client.Header{"A": {"b c"}}, m.Header)
		p.publish(client.Message{Subject: "from", Header: client.Header{"K": {"v", "w"}}, Data: []byte("ho")})
		c.Expect("HMSG from 1 24 26", "NATS/1.0", "K: v", "K: w", "", "ho")
	})
}

// TestQueueGroupOfActorsAndSockets: each message goes to one member, whatever that
// is.
func TestQueueGroupOfActorsAndSockets(t *testing.T) {
	bubble(t, actors.Config{Partitions: 2}, func(t *testing.T, b *actorstest.Broker) {
		const n = 200
		one, two := b.Client(t), b.Client(t)
		one.Send(`CONNECT {"verbose":false}`, "SUB jobs team 1")
		workers := []*player{}
		for _, name := range []string{"a", "b"} {
			workers = append(workers, enlist(t, b, name, client.Options{}, func(c *client.Client) {
				_, err := c.QueueSubscribe("jobs", "team")
				assert.NoError(t, err)
			}))
		}
		workers[0].fence()
		workers[1].fence()
		two.Send(`CONNECT {"verbose":false}`)
		for range n {
			two.Send("PUB jobs 1", "x")
		}
		two.Fence()
		count := map[string]int{}
		for _, w := range workers {
			w.do(func(c *client.Client) {
				assert.NoError(t, c.Publish(&client.Message{Subject: "jobs", Data: []byte("end")}))
			})
		}
		synctest.Wait()
		page, err := b.Connections(t.Context(), report.ConnectionQuery{})
		require.NoError(t, err)
		total := uint64(0)
		for _, r := range page.Connections {
			count[r.Host] += int(r.OutMessages)
			total += r.OutMessages
		}
		assert.Equal(t, uint64(n+2), total)
		assert.Positive(t, count["troupe/actors/a"])
		assert.Positive(t, count["troupe/actors/b"])
		assert.Positive(t, count["pipe"])
	})
}

func TestActorUnsubscribes(t *testing.T) {
	bubble(t, actors.Config{}, func(t *testing.T, b *actorstest.Broker) {
		var few, some client.Subscription
		p := enlist(t, b, "p", client.Options{}, func(c *client.Client) {
			var err error
			few, err = c.Subscribe("few")
			assert.NoError(t, err)
			assert.NoError(t, few.UnsubscribeAfter(2))
			some, err = c.Subscribe("some")
			assert.NoError(t, err)
		})
		p.fence()
		for range 3 {
			p.publish(message("few", "x"))
			p.publish(message("some", "y"))
		}
		for i := range 5 {
			m := actorstest.Expect[*client.Message](p.Probe)
			if m.Subject == "few" {
				assert.Less(t, i, 4)
				assert.Equal(t, few, m.Subscription)
			} else {
				assert.Equal(t, some, m.Subscription)
			}
		}
		p.do(func(*client.Client) { assert.NoError(t, some.Unsubscribe()) })
		p.fence()
		p.publish(message("some", "z"))
		p.fence()
		p.Quiet()
		assert.Zero(t, b.Stats().Subscriptions)
	})
}

func TestActorWithoutEcho(t *testing.T) {
	bubble(t, actors.Config{}, func(t *testing.T, b *actorstest.Broker) {
		quiet := enlist(t, b, "quiet", client.Options{NoEcho: true, Name: "other"}, subscribe(t, "a"))
		loud := enlist(t, b, "loud", client.Options{}, subscribe(t, "a"))
		loud.fence()
		quiet.publish(message("a", "x"))
		assert.Equal(t, "other", loud.gets("a", "x").From.Name)
		quiet.fence()
		quiet.Quiet()
	})
}

func TestActorTakesLargePayloads(t *testing.T) {
	bubble(t, actors.Config{MaxPayload: 8 << 20}, func(t *testing.T, b *actorstest.Broker) {
		p := enlist(t, b, "p", client.Options{}, subscribe(t, "a"))
		q := enlist(t, b, "q", client.Options{}, nil)
		for _, size := range []int{0, 1, 1000, 70_000, 8 << 20} {
			data := bytes.Repeat([]byte{'x', '\r', '\n', 0}, size/4+1)[:size]
			message := client.Message{Subject: "a", Data: data, Header: client.Header{"Size": {strconv.Itoa(size)}}}
			if size == 8<<20 {
				q.do(func(c *client.Client) { assert.ErrorIs(t, c.Publish(&message), client.ErrPayload, "its headers count") })
				break
			}
			q.publish(message)
			m := actorstest.Expect[*client.Message](p.Probe)
			assert.True(t, bytes.Equal(data, m.Data))
			assert.Equal(t, strconv.Itoa(size), m.Header.Get("Size"))
		}
		p.Quiet()
	})
}
