package actors_test

import (
	"errors"
	"math"
	"strings"
	"testing"
	"testing/synctest"

	"github.com/asynkron/protoactor-go/actor"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/troupe-mq/troupe/actors"
	"github.com/troupe-mq/troupe/actors/actorstest"
	"github.com/troupe-mq/troupe/actors/tap"
	"github.com/troupe-mq/troupe/supervisor"
)

var errNoDisk = errors.New("no disk")

// badStarts are the ways in which an actor of others can fail before it has begun.
var badStarts = map[string]actor.Producer{
	"Started": func() actor.Actor {
		return actor.ReceiveFunc(func(ctx actor.Context) {
			if _, ok := ctx.Message().(*actor.Started); ok {
				panic(errNoDisk)
			}
		})
	},
	"producer": func() actor.Actor { panic(errNoDisk) },
}

// TestStartThatFails: whoever starts an actor or a tap that cannot start is told why, and it is not there.
func TestStartThatFails(t *testing.T) {
	for name, produce := range badStarts {
		t.Run(name, func(t *testing.T) {
			says := func(err error, text string) {
				t.Helper()
				require.EqualError(t, err, text)
				require.ErrorIs(t, err, errNoDisk)
				var crash *supervisor.Crash
				require.ErrorAs(t, err, &crash)
				assert.NotEmpty(t, crash.Frames(1), "where it was")
			}
			synctest.Test(t, func(t *testing.T) {
				config := actors.Config{NoListen: true, Logger: actorstest.Logger(t)}
				spec := actors.ActorSpec{Name: "a", Role: "writer", Produce: produce}
				_, err := actors.Start(t.Context(), config, actors.WithActor(spec))
				says(err, "troupe: writer a has failed at its start: no disk")
				_, err = actors.Start(t.Context(), config, actors.WithTap(tap.Spec{Name: "a"}, produce))
				says(err, "troupe: tap a has failed at its start: no disk")

				b := actorstest.Start(t, actors.Config{})
				for range 2 { // the name is free again
					_, err = b.Spawn(t.Context(), spec)
					says(err, "troupe: writer a has failed at its start: no disk")
					err = b.AddTap(tap.Spec{Name: "a", Policy: tap.Block}, produce)
					says(err, "troupe: tap a has failed at its start: no disk")
				}
				assert.Empty(t, b.Taps())
				c := b.Client(t)
				c.Send("PUB x 1", "a")
				c.Expect("+OK") // nobody waits for the tap
			})
		})
	}
}

// TestFailureLater: an actor that fails after its start is the supervisor's to deal with.
func TestFailureLater(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		starts := 0
		b := actorstest.Start(t, actors.Config{}, actors.WithActor(actors.ActorSpec{Name: "a", Produce: func() actor.Actor {
			starts++
			return actor.ReceiveFunc(func(ctx actor.Context) {
				_, started := ctx.Message().(*actor.Started)
				if ctx.Message() == "fail" || started && starts == 2 {
					panic(errNoDisk)
				}
			})
		}}))
		b.System().Root.Send(b.System().NewLocalPID("troupe/actors/a"), "fail")
		actorstest.Advance(t, supervisor.DefaultPolicy().Backoff.Max)
		assert.Equal(t, 3, starts, "a second start that fails is tried again")
	})
}

// TestTooFewDescriptors: it is said when fewer clients may come in than is configured, and not about a default.
func TestTooFewDescriptors(t *testing.T) {
	for most, says := range map[int]bool{0: false, 1: false, math.MaxInt32: true} {
		var log journal
		inside(t, actors.Config{MaxConnections: most, Logger: log.logger()})
		assert.Equal(t, says, strings.Contains(log.String(), "the limit of open files is too low"), most)
	}
}
