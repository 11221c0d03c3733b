package actors_test

import (
	"testing"
	"testing/synctest"
	"time"

	"github.com/asynkron/protoactor-go/actor"
	"github.com/nats-io/nats.go"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/troupe-mq/troupe/actors"
	"github.com/troupe-mq/troupe/actors/actorstest"
	"github.com/troupe-mq/troupe/actors/client"
)

// echo answers every request with what it was asked.
type echo struct{ client *client.Client }

func (e *echo) Receive(ctx actor.Context) {
	switch m := ctx.Message().(type) {
	case *actor.Started:
		client, err := client.Join(ctx, client.Options{})
		if err != nil {
			panic(err) // the supervisor tries again, later and later
		}
		e.client = client
		if _, err := client.QueueSubscribe("echo.>", "echo"); err != nil {
			panic(err)
		}
	case *client.Message:
		if err := e.client.Respond(m, m.Data); err != nil {
			ctx.Logger().Warn("not answered", "error", err)
		}
	}
}

func TestEcho(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := actorstest.Start(t, actors.Config{}, actors.WithActor(actors.ActorSpec{
			Name: "echo", Produce: func() actor.Actor { return &echo{} },
		}))
		c := b.Client(t)
		c.Send("SUB inbox 1", "PUB echo.me inbox 2", "hi")
		c.Expect("+OK", "+OK", "MSG inbox 1 2", "hi")
	})
}

// fragile is an echo that a test can make fail.
type fragile struct{ echo }

func (f *fragile) Receive(ctx actor.Context) {
	if ctx.Message() == "fail" {
		panic("as the test wants it")
	}
	f.echo.Receive(ctx)
}

func TestEchoComesBack(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := actorstest.Start(t, actors.Config{}, actors.WithActor(actors.ActorSpec{
			Name: "echo", Produce: func() actor.Actor { return &fragile{} },
		}))
		c := b.Client(t)
		c.Send("SUB inbox 1", "PING")
		c.Expect("+OK", "PONG")
		b.System().Root.Send(b.System().NewLocalPID("troupe/actors/echo"), "fail")
		c.Send("PUB echo.me inbox 2", "hi")
		c.Expect("+OK")
		c.Quiet()                          // it is backing off, and time stands still
		actorstest.Advance(t, time.Second) // the back-off is over: a new echo has what was queued
		c.Expect("MSG inbox 1 2", "hi")
	})
}

func TestEchoByNats(t *testing.T) {
	s := actorstest.Run(t, actors.Config{}, actors.WithActor(actors.ActorSpec{
		Name: "echo", Produce: func() actor.Actor { return &echo{} },
	}))
	nc, err := nats.Connect(s.ClientURL())
	require.NoError(t, err)
	defer nc.Close()
	m, err := nc.Request("echo.me", []byte("hi"), time.Second)
	require.NoError(t, err)
	assert.Equal(t, "hi", string(m.Data))
}

// TestGuideIsRun: the code in the guide is what stands above.
func TestGuideIsRun(t *testing.T) {
	guide, file := read(t, "README.md"), read(t, "guide_test.go")
	for _, part := range [][2]string{{"// echo answers", "\n}\n\nbroker"}, {"func TestEcho(", "```"}, {"// fragile is", "```"}, {"func TestEchoByNats", "```"}} {
		assert.Contains(t, file, part[0]+between(t, guide, part[0], part[1]))
	}
}
