package actors_test

import (
	"testing"
	"time"

	"github.com/asynkron/protoactor-go/actor"
	"github.com/stretchr/testify/require"

	"github.com/troupe-mq/troupe/actors"
	"github.com/troupe-mq/troupe/actors/client"
	"github.com/troupe-mq/troupe/actors/tap"
)

// A tap that is there from the start may join at once: whatever a client needs is
// there before it.
func TestFirstTapsJoin(t *testing.T) {
	for range 200 {
		done := make(chan struct{})
		b, err := actors.Start(t.Context(), actors.Config{NoListen: true}, actors.WithTap(tap.Spec{Name: "first"}, func() actor.Actor {
			return actor.ReceiveFunc(func(ctx actor.Context) {
				switch ctx.Message().(type) {
				case *actor.Started:
					if c, err := client.Join(ctx, client.Options{}); err == nil {
						_ = c.Flush() // who waits for it tells
					}
				case *client.Flushed:
					close(done)
				}
			})
		}))
		require.NoError(t, err)
		select {
		case <-done:
		case <-time.After(time.Minute):
			require.Fail(t, "nothing was flushed")
		}
		require.NoError(t, b.Stop(t.Context()))
	}
}
