package client_test

import (
	"context"
	"testing"
	"testing/synctest"
	"time"

	"github.com/asynkron/protoactor-go/actor"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/troupe-mq/troupe/actors"
	"github.com/troupe-mq/troupe/actors/actorstest"
	"github.com/troupe-mq/troupe/actors/client"
	"github.com/troupe-mq/troupe/actors/report"
)

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

// TestStopWithActors: the broker ends, its actors have their last words, and who
// is connected otherwise is told.
func TestStopWithActors(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		started := false
		b := actorstest.Start(t, actors.Config{}, actors.WithActor(actors.ActorSpec{Name: "early", Produce: func() actor.Actor {
			return actor.ReceiveFunc(func(ctx actor.Context) {
				if _, ok := ctx.Message().(*actor.Started); ok {
					_, err := client.Join(ctx, client.Options{})
					assert.NoError(t, err)
					started = true
				}
			})
		}}))
		assert.True(t, started, "Start waits for it")
		p := enlist(t, b, "p", client.Options{}, subscribe(t, "a"))
		p.fence()
		release := enlist(t, b, "q", client.Options{}, subscribe(t, "a")).stuck()
		p.publish(message("a", "x"))
		ctx, cancel := context.WithTimeout(context.Background(), time.Second)
		defer cancel()
		began := time.Now()
		go func() {
			<-time.After(500 * time.Millisecond)
			release()
		}()
		require.NoError(t, b.Stop(ctx))
		assert.Less(t, time.Since(began), time.Second)
		assert.Equal(t, []string{"Started", "Stopping", "Stopped"}, p.Life())
		_, err := b.Spawn(t.Context(), actors.ActorSpec{Name: "late", Produce: func() actor.Actor { return p.Probe }})
		require.ErrorIs(t, err, report.ErrStopped)
		assert.Zero(t, b.Stats().Ledger.Waiting)
	})
}
