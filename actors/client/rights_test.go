package client_test

import (
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
)

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
