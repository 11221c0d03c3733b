package actors_test

import (
	"context"
	"testing"
	"time"

	"github.com/asynkron/protoactor-go/actor"
	"github.com/stretchr/testify/require"

	"github.com/troupe-mq/troupe/actors"
	"github.com/troupe-mq/troupe/actors/client"
)

// worker is an actor whose Receive is the benchmark's.
func worker(b *testing.B, br *actors.Broker, receive func(ctx actor.Context, c *client.Client)) *actor.PID {
	b.Helper()
	var cl *client.Client
	pid, err := br.Spawn(b.Context(), actors.ActorSpec{Name: "worker", Produce: func() actor.Actor {
		return actor.ReceiveFunc(func(ctx actor.Context) {
			if _, ok := ctx.Message().(*actor.Started); ok {
				cl, _ = client.Join(ctx, client.Options{}) // what is wrong with it shows at once
			}
			receive(ctx, cl)
		})
	}})
	require.NoError(b, err)
	return pid
}

// Host is a broker for one benchmark.
func host(b *testing.B) *actors.Broker {
	b.Helper()
	br, err := actors.Start(b.Context(), actors.Config{Host: "127.0.0.1", Port: -1})
	require.NoError(b, err)
	b.Cleanup(func() {
		ctx, cancel := context.WithTimeout(context.Background(), time.Second)
		defer cancel()
		_ = br.Stop(ctx) // who is not read to the end may be late
	})
	return br
}

// BenchmarkActorPublish: an actor publishes to nobody, sixteen bytes at a time.
func BenchmarkActorPublish(b *testing.B) {
	br := host(b)
	done := make(chan struct{})
	pid := worker(b, br, func(ctx actor.Context, c *client.Client) {
		switch n := ctx.Message().(type) {
		case int:
			m := client.Message{Subject: "foo.bar", Data: []byte("0123456789abcdef")}
			for range n {
				if err := c.Publish(&m); err != nil {
					b.Error(err)
				}
			}
			_ = c.Flush() // its answer is waited for
		case *client.Flushed:
			close(done)
		}
	})
	b.ReportAllocs()
	b.ResetTimer()
	br.System().Root.Send(pid, b.N)
	<-done
}

// BenchmarkActorDeliver: a client publishes sixteen bytes at a time to an actor.
func BenchmarkActorDeliver(b *testing.B) {
	br := host(b)
	p := connect(b, br, "")
	done, n := make(chan struct{}), 0
	worker(b, br, func(ctx actor.Context, c *client.Client) {
		switch ctx.Message().(type) {
		case *actor.Started:
			_, _ = c.Subscribe("foo.bar") // what is wrong with it shows at once
		case *client.Message:
			if n++; n == b.N {
				close(done)
			}
		}
	})
	b.ReportAllocs()
	b.ResetTimer()
	p.publish("PUB foo.bar back 16\r\n0123456789abcdef\r\n", b.N)
	<-done
}
