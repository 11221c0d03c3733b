package client_test

import (
	"testing"
	"testing/synctest"

	"github.com/asynkron/protoactor-go/actor"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/troupe-mq/troupe/actors"
	"github.com/troupe-mq/troupe/actors/actorstest"
	"github.com/troupe-mq/troupe/actors/client"
)

// player is an actor that has joined, and does what a test tells it to.
type player struct {
	*actorstest.Probe
	t      *testing.T
	b      *actorstest.Broker
	pid    *actor.PID
	client *client.Client
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

// stuck has a player do nothing until release is called.
func (p *player) stuck() (release func()) {
	free, in := make(chan struct{}), make(chan struct{})
	p.b.System().Root.Send(p.pid, cue(func(*client.Client) {
		close(in)
		<-free
	}))
	<-in
	return func() { close(free) }
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
