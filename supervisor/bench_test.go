package supervisor_test

import (
	"log/slog"
	"testing"
	"time"

	"github.com/asynkron/protoactor-go/actor"
	"github.com/stretchr/testify/require"

	"github.com/troupe-mq/troupe/supervisor"
)

// The whole short life of a temporary child: spawned by its group, one panic, stopped by its group.
func BenchmarkSpawnPanicStop(b *testing.B) {
	system := actor.NewActorSystem(actor.WithLoggerFactory(func(*actor.ActorSystem) *slog.Logger {
		return slog.New(slog.DiscardHandler)
	}))
	gone := make(chan struct{}, 1024)
	props := actor.PropsFromFunc(func(ctx actor.Context) {
		switch ctx.Message().(type) {
		case *actor.Started:
			panic("oops")
		case *actor.Stopped:
			gone <- struct{}{}
		}
	})
	top, err := supervisor.Root(system, supervisor.Options{
		Name: "top", Policy: supervisor.Policy{Kind: supervisor.Temporary}, Sink: func(supervisor.Event) {},
	})
	require.NoError(b, err)
	b.ReportAllocs()

	for b.Loop() {
		system.Root.Send(top, supervisor.Spawn{Spec: supervisor.Spec{Role: "conn", Props: props}})
		<-gone
	}

	require.NoError(b, system.Root.StopFuture(top).Wait())
}

// One decision, as each failure costs it.
func BenchmarkDecide(b *testing.B) {
	p, now := supervisor.DefaultPolicy(), time.Now()
	b.ReportAllocs()

	for b.Loop() {
		supervisor.Decide(p, supervisor.History{}, supervisor.Failure{Reason: "oops", Rnd: 0.5}, now)
	}
}
