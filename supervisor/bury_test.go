package supervisor_test

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/asynkron/protoactor-go/actor"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/troupe-mq/troupe/supervisor"
)

// An actor that panics while it ends must end all the same: with a Guard, without one, with children of its own.
func TestAPanicWhileStopping(t *testing.T) {
	for _, fault := range []string{"stopping", "stopped"} {
		for _, guarded := range []bool{true, false} {
			for _, parent := range []bool{true, false} {
				name := fault + map[bool]string{true: " guarded", false: ""}[guarded] + map[bool]string{true: " with children"}[parent]

				t.Run(name, func(t *testing.T) {
					inBubble(t, func(b *bubble) {
						p := &probe{b: b, name: "a", faults: []string{fault}}
						if parent {
							p.below = b.props("below")
						}

						props := actor.PropsFromProducer(func() actor.Actor { return p })
						if guarded {
							report := func(string, *supervisor.Crash) { b.note("reported") }
							props.Configure(actor.WithReceiverMiddleware(supervisor.Guard(report)))
						}

						top := b.root(supervisor.Options{Children: []supervisor.Spec{
							{Name: "a", Policy: at(supervisor.Transient, 3), Props: props},
						}})
						b.noted()
						b.send("top/a", leave{})
						b.pass(time.Minute)

						notes := b.noted()
						assert.NotContains(t, notes, "a started", "it must not come back to life")
						assert.Equal(t, guarded, slices.Contains(notes, "reported"))
						assert.Equal(t, parent, slices.Contains(notes, "below stopped"))

						_, alive := b.system.ProcessRegistry.GetLocal("top/a")
						assert.False(t, alive)
						assert.Equal(t, supervisor.Down, b.child(top, "a").State)
						b.end(top) // a group whose child never ends would never end
					})
				})
			}
		}
	}
}

func TestAGroupEndsAlthoughItsChildrenPanicAtIt(t *testing.T) {
	inBubble(t, func(b *bubble) {
		top := b.root(supervisor.Options{Children: []supervisor.Spec{
			b.probe("a", at(supervisor.Permanent, 3), "stopping"),
			b.probe("b", at(supervisor.Permanent, 3), "stopped"),
			b.probe("c", supervisor.Policy{Kind: supervisor.Temporary}, "stopping", "stopped"),
		}})
		b.noted()
		b.end(top)

		notes := b.noted()
		for _, name := range []string{"a", "b", "c"} {
			assert.NotContains(t, notes, name+" started")
			assert.Contains(t, notes, name+" stopped")
		}
	})
}

func TestAPanicInRestartingIsOneMoreFailure(t *testing.T) {
	inBubble(t, func(b *bubble) {
		top := b.root(supervisor.Options{Children: []supervisor.Spec{b.probe("a", at(supervisor.Permanent, 2), "restarting")}})
		b.send("top/a", boom{"oops"})
		b.pass(time.Minute)
		assert.Equal(t, []string{"a started", "a restarting", "a restarting", "a stopping", "a stopped"}, b.noted())
		assert.Equal(t, supervisor.Down, b.child(top, "a").State)
		b.end(top)
	})
}

func TestGuardGivesTheStack(t *testing.T) {
	inBubble(t, func(b *bubble) {
		s := b.probe("a", at(supervisor.Permanent, 1))
		s.Props.Configure(actor.WithReceiverMiddleware(supervisor.Guard()))
		top := b.root(supervisor.Options{Children: []supervisor.Spec{s}})
		b.send("top/a", boom{"oops"})

		e := b.last(supervisor.Failed)
		require.NotEmpty(t, e.Stack)
		assert.Contains(t, e.Stack[0], "(*probe).Receive")
		assert.Contains(t, e.Stack[0], "bubble_test.go:")
		assert.Equal(t, e.Stack, b.child(top, "a").LastFailure.Stack)
		b.end(top)
	})
}

func TestFailedTwiceDuringOneBackOffIsCountedOnce(t *testing.T) {
	inBubble(t, func(b *bubble) {
		top := b.root(supervisor.Options{Children: []supervisor.Spec{{
			Name: "a", Policy: at(supervisor.Permanent, 1), Props: actor.PropsFromProducer(func() actor.Actor {
				return &fragile{below: b.props("below")}
			}),
		}}})
		b.send("top/a", boom{"oops"})
		b.send("top/a/below", leave{}) // the news reaches a suspended actor too, and this one panics at it
		assert.Equal(t, []string{"started a", "failed a", "failed a"}, b.story())
		b.pass(time.Second)
		assert.Equal(t, supervisor.Running, b.child(top, "a").State)
		assert.Equal(t, 1, b.child(top, "a").Restarts)
		b.end(top)
	})
}

// fragile panics when its child is gone.
type fragile struct{ below *actor.Props }

func (f *fragile) Receive(ctx actor.Context) {
	switch m := ctx.Message().(type) {
	case *actor.Started:
		_, _ = ctx.SpawnNamed(f.below, "below")
	case *actor.Stopping, *actor.Restarting:
		f.below = nil
	case boom:
		panic(m.reason)
	case *actor.Terminated:
		if f.below != nil {
			panic("bereft")
		}
	}
}

func TestAnEndingGroupSpawnsNothing(t *testing.T) {
	inBubble(t, func(b *bubble) {
		slow := actor.PropsFromFunc(func(ctx actor.Context) {
			if _, ok := ctx.Message().(*actor.Stopping); ok {
				<-time.After(time.Second)
			}
		})
		top := b.root(supervisor.Options{Children: []supervisor.Spec{
			{Name: "slow", Props: slow}, b.probe("a", at(supervisor.Permanent, 3)),
		}})
		b.send("top/a", boom{"oops"}) // its back-off ends after the group has begun to end
		ended := b.system.Root.StopFuture(top)
		b.pass(time.Second / 2)

		_, err := supervisor.Add(b.system, top, b.probe("late", at(supervisor.Permanent, 3)), time.Second)
		require.ErrorIs(t, err, supervisor.ErrEnding)
		require.NoError(t, ended.Wait())
		assert.Equal(t, []string{"a started", "a stopping", "a stopped"}, b.noted())
	})
}

func TestStoppedChildrenAreShownUpToABound(t *testing.T) {
	inBubble(t, func(b *bubble) {
		top := b.root(supervisor.Options{})

		for i := range 200 {
			name := fmt.Sprintf("t-%d", i)
			_, err := supervisor.Add(b.system, top, b.probe(name, at(supervisor.Transient, 0)), time.Second)
			require.NoError(t, err)
			b.send("top/"+name, boom{"oops"})
		}

		n := b.inspect(top)
		assert.Equal(t, 64, n.ChildCount)
		assert.Equal(t, "t-136", n.Children[0].Name, "the oldest are forgotten")
		b.end(top)
	})
}
