package actors_test

import (
	"errors"
	"testing"
	"time"

	"github.com/asynkron/protoactor-go/actor"
	"github.com/stretchr/testify/require"

	"github.com/troupe-mq/troupe/actors"
	"github.com/troupe-mq/troupe/actors/client"
	"github.com/troupe-mq/troupe/supervisor"
)

// An actor that cannot be kept running is a matter of the health if that is to be
// strict, until it is removed. The broker serves on.
func TestStrictHealth(t *testing.T) {
	once := supervisor.Policy{Kind: supervisor.Permanent, Intensity: 0, Period: time.Minute}
	for _, strict := range []bool{false, true} {
		b := inside(t, actors.Config{StrictHealth: strict})
		gone := make(chan struct{})
		pid, err := b.Spawn(t.Context(), actors.ActorSpec{Name: "mine", Policy: once, Produce: func() actor.Actor {
			return actor.ReceiveFunc(func(ctx actor.Context) {
				switch ctx.Message().(type) {
				case string:
					panic(supervisor.Fail(errors.New("no more")))
				case *actor.Stopped:
					close(gone)
				}
			})
		}})
		require.NoError(t, err)
		require.NoError(t, b.Healthy(t.Context()))
		b.System().Root.Send(pid, "fail")
		<-gone
		if !strict {
			require.NoError(t, b.Healthy(t.Context()))
			continue
		}
		require.EqualError(t, b.Healthy(t.Context()), "troupe: actors/mine has been given up (1 failure in 1m0s, 0 allowed)")
		require.NoError(t, b.Remove("mine"))
		require.NoError(t, b.Healthy(t.Context()))
	}
}

// Faults can be ordered from any actor that does work, by the path that the tree shows.
func TestInjectEverywhere(t *testing.T) {
	b := inside(t, actors.Config{})
	handled := make(chan string, 1)
	pid, err := b.Spawn(t.Context(), actors.ActorSpec{Name: "mine", Produce: func() actor.Actor {
		return actor.ReceiveFunc(func(ctx actor.Context) {
			switch m := ctx.Message().(type) {
			case *actor.Started:
				_, err := client.Join(ctx, client.Options{})
				require.NoError(t, err)
			case string:
				handled <- m
			}
		})
	}})
	require.NoError(t, err)
	for _, target := range []string{"troupe/actors/mine", "actors/mine", "troupe/budget", "monitor/history", "troupe/monitor/closed-connections"} {
		r, err := b.Inject(t.Context(), actors.Fault{Target: target, Kind: actors.FaultPanic})
		require.NoError(t, err, target)
		require.Equal(t, supervisor.Restart, r.Directive, target)
		require.False(t, r.Gone, target)
		require.False(t, r.Waiting, target)
	}
	r, err := b.Inject(t.Context(), actors.Fault{Target: "actors/mine", Kind: actors.FaultStall, For: 10 * time.Millisecond})
	require.NoError(t, err)
	require.GreaterOrEqual(t, r.Away, 10*time.Millisecond)
	b.System().Root.Send(pid, "hello")
	require.Equal(t, "hello", <-handled, "it works as before")

	events, err := b.History(t.Context(), 0)
	require.NoError(t, err)
	for _, e := range events {
		if e.What == supervisor.Failed {
			require.True(t, e.Ordered, "%s", e)
			require.NotEmpty(t, e.Stack)
		}
	}
}

// What cannot be ordered is refused at once, and says why.
func TestInjectRefuses(t *testing.T) {
	b := inside(t, actors.Config{})
	for target, want := range map[string]string{
		"":                        `troupe: no such fault: a target is needed, such as partitions/part-0: /actorz shows all of them`,
		"taps":                    `troupe: no such fault: "taps" is a group, and does no work that could fail: name one of its actors, as in partitions/part-0`,
		"troupe/partitions":       `troupe: no such fault: "troupe/partitions" is a group, and does no work that could fail: name one of its actors, as in partitions/part-0`,
		"troupe":                  `troupe: no such fault: "troupe" is a group, and does no work that could fail: name one of its actors, as in partitions/part-0`,
		"connections/conn-999999": `troupe: no such fault: there is no actor "connections/conn-999999": /actorz shows all of them`,
		"actors/mine/below":       `troupe: no such fault: "actors/mine/below" is below an actor, which alone may give it orders`,
	} {
		_, err := b.Inject(t.Context(), actors.Fault{Target: target, Kind: actors.FaultPanic})
		require.ErrorIs(t, err, actors.ErrFault)
		require.EqualError(t, err, want)
	}
	_, err := b.Inject(t.Context(), actors.Fault{Target: "partitions/part-0", Kind: actors.FaultStall})
	require.EqualError(t, err, "troupe: no such fault: stall takes time: say for how long, such as 500ms")
	_, err = b.Inject(t.Context(), actors.Fault{Target: "partitions/part-0", Kind: "explode"})
	require.EqualError(t, err, `troupe: no such fault: kind "explode" is none of panic, stall and slow`)
}
