package actors_test

import (
	"context"
	"slices"
	"strconv"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/asynkron/protoactor-go/actor"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/troupe-mq/troupe/actors"
	"github.com/troupe-mq/troupe/actors/access"
	"github.com/troupe-mq/troupe/actors/actorstest"
	"github.com/troupe-mq/troupe/actors/client"
	"github.com/troupe-mq/troupe/actors/report"
	"github.com/troupe-mq/troupe/supervisor"
)

// player is an actor that has joined, and does what a test tells it to.
type player struct {
	*actorstest.Probe
	t      *testing.T
	b      *actorstest.Broker
	pid    *actor.PID
	client *client.Client
}

// cue is something for a player to do. It is not remembered.
type cue func(c *client.Client)

// enlist spawns a player. do is done whenever it has joined.
func enlist(t *testing.T, b *actorstest.Broker, name string, as client.Options, do cue) *player {
	t.Helper()
	p := &player{Probe: actorstest.NewProbe(t, nil), t: t, b: b}
	pid, err := b.Spawn(t.Context(), actors.ActorSpec{Name: name, Produce: func() actor.Actor {
		return actor.ReceiveFunc(func(ctx actor.Context) { p.play(ctx, as, do) })
	}})
	require.NoError(t, err)
	p.pid = pid
	return p
}

func (p *player) play(ctx actor.Context, as client.Options, do cue) {
	switch m := ctx.Message().(type) {
	case cue:
		m(p.client)
		return
	case *actor.Started:
		var err error
		p.client, err = client.Join(ctx, as)
		if assert.NoError(p.t, err) && do != nil {
			do(p.client)
		}
	case *client.Message:
		if string(m.Data) == "poison" {
			panic("poisoned")
		}
	}
	p.Receive(ctx)
}

// do has the player do something, and waits until it has.
func (p *player) do(it cue) {
	p.t.Helper()
	done := make(chan struct{})
	p.b.System().Root.Send(p.pid, cue(func(c *client.Client) {
		defer close(done)
		it(c)
	}))
	<-done
}

func (p *player) publish(m client.Message) {
	p.t.Helper()
	p.do(func(c *client.Client) { require.NoError(p.t, c.Publish(&m)) })
}

// fence waits until everything that the player has asked for is done.
func (p *player) fence() {
	p.t.Helper()
	p.do(func(c *client.Client) { assert.NoError(p.t, c.Flush()) })
	actorstest.Expect[*client.Flushed](p.Probe)
}

// gets requires that the next message is this one.
func (p *player) gets(subject, data string) *client.Message {
	p.t.Helper()
	m := actorstest.Expect[*client.Message](p.Probe)
	assert.Equal(p.t, subject, m.Subject)
	assert.Equal(p.t, data, string(m.Data))
	return m
}

func subscribe(t *testing.T, patterns ...string) cue {
	return func(c *client.Client) {
		for _, p := range patterns {
			_, err := c.Subscribe(p)
			assert.NoError(t, err)
		}
	}
}

func message(subject, data string) client.Message {
	return client.Message{Subject: subject, Data: []byte(data)}
}

// bubble runs a test in virtual time.
func bubble(t *testing.T, config actors.Config, test func(t *testing.T, b *actorstest.Broker)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) { test(t, actorstest.Start(t, config)) })
}

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

func TestActorIsHeldToWhatItMayDo(t *testing.T) {
	config := actors.Config{
		Users: []access.User{
			{Name: "alice", Password: "x", Permissions: &access.Permissions{
				Publish:   access.Rules{Allow: []string{"open.>"}},
				Subscribe: access.Rules{Allow: []string{"in.>"}, Deny: []string{"in.secret"}},
			}},
			{Name: "root", Password: "y"},
		},
	}
	bubble(t, config, func(t *testing.T, b *actorstest.Broker) {
		root := enlist(t, b, "root", client.Options{}, subscribe(t, ">"))
		alice := enlist(t, b, "alice", client.Options{User: "alice"}, subscribe(t, "out", "in.*"))
		assert.Equal(t, `Permissions Violation for Subscription to "out"`, actorstest.Expect[*client.Refused](alice.Probe).Text)
		alice.publish(message("closed", "x"))
		assert.Equal(t, `Permissions Violation for Publish to "closed"`, actorstest.Expect[*client.Refused](alice.Probe).Text)
		alice.publish(message("open.door", "x"))
		assert.Equal(t, "alice", root.gets("open.door", "x").From.User)
		root.publish(message("in.secret", "x"))
		root.publish(message("in.public", "y"))
		assert.Empty(t, alice.gets("in.public", "y").From.User)
		alice.Quiet()
		l := b.Stats().Ledger
		assert.Equal(t, l.In, l.Routed+l.NoInterest+l.Refused)
		assert.Equal(t, uint64(1), l.Refused)

		alice.do(func(*client.Client) {})
		enlist(t, b, "nobody", client.Options{}, nil).do(func(*client.Client) {})
		probe := actorstest.NewProbe(t, func(ctx actor.Context) {
			if _, ok := ctx.Message().(*actor.Started); ok {
				_, err := client.Join(ctx, client.Options{User: "mallory"})
				assert.Equal(t, client.ErrNoUser, err)
				_, err = client.Join(ctx, client.Options{Account: "elsewhere"})
				assert.Equal(t, client.ErrNoAccount, err)
			}
		})
		_, err := b.Spawn(t.Context(), actors.ActorSpec{Name: "mallory", Produce: func() actor.Actor { return probe }})
		require.NoError(t, err)
	})
}

func TestForeignActorsCannotJoin(t *testing.T) {
	bubble(t, actors.Config{}, func(t *testing.T, b *actorstest.Broker) {
		var err error
		b.System().Root.Spawn(actor.PropsFromFunc(func(ctx actor.Context) {
			if _, ok := ctx.Message().(*actor.Started); ok {
				_, err = client.Join(ctx, client.Options{})
			}
		}))
		synctest.Wait()
		require.ErrorIs(t, err, client.ErrNotSpawned)
		for _, s := range []actors.ActorSpec{{}, {Name: "a"}, {Name: "a/b", Produce: func() actor.Actor { return nil }}} {
			_, err := b.Spawn(t.Context(), s)
			require.ErrorIs(t, err, actors.ErrActorSpec)
			_, err = actors.Start(t.Context(), actors.Config{NoListen: true}, actors.WithActor(s))
			require.ErrorIs(t, err, actors.ErrActorSpec)
		}
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

func TestWhatAnActorCannotSay(t *testing.T) {
	config := actors.Config{MaxPayload: 100, MaxControlLine: 200, NoHeaders: true}
	bubble(t, config, func(t *testing.T, b *actorstest.Broker) {
		p := enlist(t, b, "p", client.Options{}, nil)
		p.publish(client.Message{Subject: "a", Data: make([]byte, 100)})
		p.do(func(c *client.Client) {
			for _, s := range []string{"", "a b", "a\r\nPUB b 1", "a..b", "a.*", ">", "a\x00", strings.Repeat("a", 200)} {
				assert.Equal(t, client.ErrSubject, c.Publish(&client.Message{Subject: s}), "%q", s)
			}
			for _, s := range []string{"a b", "\n", strings.Repeat("a", 200)} {
				assert.Equal(t, client.ErrSubject, c.Publish(&client.Message{Subject: "a", Reply: s}), "%q", s)
			}
			for _, s := range []string{"", "a b", "a..b", "a.>.b"} {
				_, err := c.Subscribe(s)
				assert.Equal(t, client.ErrSubject, err, "%q", s)
			}
			_, err := c.QueueSubscribe("a", "")
			assert.Equal(t, client.ErrQueue, err)
			_, err = c.QueueSubscribe("a", "b c")
			assert.Equal(t, client.ErrQueue, err)
			assert.Equal(t, client.ErrPayload, c.Publish(&client.Message{Subject: "a", Data: make([]byte, 101)}))
			assert.Equal(t, client.ErrHeader, c.Publish(&client.Message{Subject: "a", Header: client.Header{"a": nil}}))
			assert.Equal(t, client.ErrNoReply, c.Respond(new(client.Message), nil))
			c.Close()
			c.Close()
			assert.Equal(t, client.ErrDetached, c.Publish(&client.Message{Subject: "a"}))
			assert.Equal(t, client.ErrDetached, c.Flush())
			_, err = c.Subscribe("a")
			assert.Equal(t, client.ErrDetached, err)
			_, err = c.Request(&client.Message{Subject: "a"}, time.Second)
			assert.Equal(t, client.ErrDetached, err)
		})
		p.Quiet()
		assert.Zero(t, b.Stats().Connections)
		assert.Equal(t, uint64(1), b.Stats().Ledger.In)
	})
}

func TestActorRequests(t *testing.T) {
	bubble(t, actors.Config{}, func(t *testing.T, b *actorstest.Broker) {
		c := b.Client(t)
		c.Send(`CONNECT {"verbose":false}`, "SUB service.socket 1", "SUB service.silent 2")
		p := enlist(t, b, "p", client.Options{}, subscribe(t, "service.actor"))
		ask := func(subject string) (id uint64) {
			p.do(func(c *client.Client) {
				var err error
				m := message(subject, "question")
				id, err = c.Request(&m, time.Second)
				assert.NoError(t, err)
			})
			return id
		}
		id := ask("service.socket")
		line := strings.Fields(c.Line())
		require.Len(t, line, 5)
		c.Expect("question")
		assert.True(t, strings.HasPrefix(line[3], "_INBOX."))
		c.Send("PUB "+line[3]+" 6", "answer", "PUB "+line[3]+" 4", "late")
		r := actorstest.Expect[*client.Response](p.Probe)
		require.NoError(t, r.Err)
		assert.Equal(t, id, r.ID)
		assert.Equal(t, "answer", string(r.Message.Data))
		assert.Equal(t, "nats", r.Message.From.Kind)
		p.Quiet()

		second := ask("service.nobody")
		assert.NotEqual(t, id, second)
		r = actorstest.Expect[*client.Response](p.Probe)
		assert.Equal(t, &client.Response{ID: second, Err: client.ErrNoResponders}, r)

		third := ask("service.silent")
		p.Quiet()
		actorstest.Advance(t, time.Second)
		r = actorstest.Expect[*client.Response](p.Probe)
		assert.Equal(t, &client.Response{ID: third, Err: client.ErrTimeout}, r)

		q := enlist(t, b, "q", client.Options{}, nil)
		q.do(func(c *client.Client) {
			m := message("service.actor", "question")
			_, err := c.Request(&m, time.Second)
			assert.NoError(t, err)
		})
		m := p.gets("service.actor", "question")
		p.do(func(*client.Client) { assert.NoError(t, m.Respond([]byte("from an actor"))) })
		r = actorstest.Expect[*client.Response](q.Probe)
		assert.Equal(t, "from an actor", string(r.Message.Data))
		actorstest.Advance(t, time.Minute)
		q.Quiet()
		p.Quiet()
	})
}

// TestPanickingActorCostsNobodyElse: others get everything, and the actor is back
// with its subscriptions and without those of before.
func TestPanickingActorCostsNobodyElse(t *testing.T) {
	bubble(t, actors.Config{}, func(t *testing.T, b *actorstest.Broker) {
		c := b.Client(t)
		c.Send(`CONNECT {"verbose":false}`, "SUB a 1")
		p := enlist(t, b, "p", client.Options{}, subscribe(t, "a"))
		p.fence()
		c.Send("PUB a 1", "1", "PUB a 6", "poison", "PUB a 1", "2", "PING")
		c.Expect("MSG a 1 1", "1", "MSG a 1 6", "poison", "MSG a 1 1", "2", "PONG")
		p.gets("a", "1")
		p.Quiet()
		actorstest.Advance(t, time.Second)
		p.gets("a", "2") // it had been queued behind the poison
		assert.Equal(t, []string{"Started", "Restarting", "Started"}, p.Life())
		assert.Equal(t, 2, b.Stats().Subscriptions)
		c.Send("PUB a 1", "3", "PING")
		c.Expect("MSG a 1 1", "3", "PONG")
		p.gets("a", "3")
		p.Quiet()
		assert.Equal(t, 2, b.Stats().Connections)
		l := b.Stats().Ledger
		assert.Zero(t, l.Waiting)
		assert.Equal(t, uint64(8), l.Delivered)
	})
}

// TestActorThatKeepsPanickingIsLeftOff: the broker goes on without it.
func TestActorThatKeepsPanickingIsLeftOff(t *testing.T) {
	bubble(t, actors.Config{}, func(t *testing.T, b *actorstest.Broker) {
		c := b.Client(t)
		c.Send(`CONNECT {"verbose":false}`)
		enlist(t, b, "p", client.Options{}, subscribe(t, "a"))
		for range 7 {
			c.Send("PUB a 6", "poison")
			actorstest.Advance(t, 1500*time.Millisecond)
		}
		c.Expect("PING")
		assert.Zero(t, b.Stats().Subscriptions)
		events, err := b.History(t.Context(), 0)
		require.NoError(t, err)
		i := slices.IndexFunc(events, func(e supervisor.Event) bool {
			return e.Path == "troupe/actors/p" && e.What == supervisor.Failed && e.Directive == supervisor.Stop
		})
		assert.GreaterOrEqual(t, i, 0)
		c.Fence()
	})
}

func TestStoppedActorLeavesNothingBehind(t *testing.T) {
	bubble(t, actors.Config{}, func(t *testing.T, b *actorstest.Broker) {
		c := b.Client(t)
		c.Send(`CONNECT {"verbose":false}`, "SUB last.words 1")
		p := enlist(t, b, "p", client.Options{}, subscribe(t, "a", "b.*"))
		stopping := actorstest.NewProbe(t, nil)
		_, err := b.Spawn(t.Context(), actors.ActorSpec{Name: "q", Produce: func() actor.Actor {
			var cl *client.Client
			return actor.ReceiveFunc(func(ctx actor.Context) {
				stopping.Receive(ctx)
				switch ctx.Message().(type) {
				case *actor.Started:
					cl, _ = client.Join(ctx, client.Options{})
				case *actor.Stopping:
					m := message("last.words", "bye")
					assert.NoError(t, cl.Publish(&m))
				}
			})
		}})
		require.NoError(t, err)
		p.fence()
		assert.Equal(t, 3, b.Stats().Subscriptions)
		require.NoError(t, b.Remove("p"))
		require.NoError(t, b.Remove("q"))
		c.Expect("MSG last.words 1 3", "bye")
		require.Error(t, b.Remove("p"))
		synctest.Wait()
		assert.Equal(t, 1, b.Stats().Subscriptions)
		assert.Equal(t, 1, b.Stats().Connections)
		p.Quiet()
		closed, err := b.Connections(t.Context(), report.ConnectionQuery{State: report.ClosedConnections})
		require.NoError(t, err)
		for _, r := range closed.Connections {
			assert.Equal(t, report.ClientClosed, r.Reason)
		}
		enlist(t, b, "p", client.Options{}, nil) // its name is free again
	})
}

func TestPublishFromOutside(t *testing.T) {
	bubble(t, actors.Config{}, func(t *testing.T, b *actorstest.Broker) {
		p := enlist(t, b, "p", client.Options{}, subscribe(t, "a", "service"))
		m := message("a", "x")
		require.NoError(t, b.Publish(t.Context(), &m))
		assert.Equal(t, "inline", p.gets("a", "x").From.Name)

		answer := make(chan *client.Message)
		go func() {
			m := message("service", "question")
			got, err := b.Request(context.Background(), &m)
			assert.NoError(t, err)
			answer <- got
		}()
		q := p.gets("service", "question")
		p.do(func(*client.Client) { assert.NoError(t, q.Respond([]byte("answer"))) })
		assert.Equal(t, "answer", string((<-answer).Data))

		_, err := b.Request(t.Context(), &m)
		require.ErrorIs(t, err, client.ErrTimeout)
		m.Subject = "nobody"
		_, err = b.Request(t.Context(), &m)
		require.ErrorIs(t, err, client.ErrNoResponders)
		m.Subject = "a b"
		require.ErrorIs(t, b.Publish(t.Context(), &m), client.ErrSubject)
		require.NoError(t, b.Stop(t.Context()))
		require.ErrorIs(t, b.Publish(t.Context(), &m), report.ErrStopped)
	})
}
