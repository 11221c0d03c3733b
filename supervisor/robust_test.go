package supervisor_test

import (
	"testing"
	"testing/synctest"
	"time"

	"github.com/asynkron/protoactor-go/actor"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/troupe-mq/troupe/supervisor"
)

func TestAPanicAtTheStartDoesNotSpin(t *testing.T) {
	inBubble(t, func(b *bubble) {
		p := supervisor.Policy{Kind: supervisor.Permanent, Intensity: -1}
		top := b.root(supervisor.Options{Children: []supervisor.Spec{b.probe("a", p, "started")}})
		b.pass(time.Second)
		assert.LessOrEqual(t, b.child(top, "a").Restarts, 20)
		assert.GreaterOrEqual(t, b.child(top, "a").Restarts, 19)
		b.end(top)
	})
}

func TestAPanicInAProducerIsTheChilds(t *testing.T) {
	inBubble(t, func(b *bubble) {
		made := 0
		props := actor.PropsFromProducer(func() actor.Actor {
			if made++; made < 3 {
				panic("no disk")
			}

			return &probe{b: b, name: "a"}
		})
		top := b.root(supervisor.Options{Children: []supervisor.Spec{
			{Name: "a", Policy: at(supervisor.Permanent, 5), Props: props}, b.probe("b", at(supervisor.Permanent, 5)),
		}})
		assert.Equal(t, "no disk", b.child(top, "a").LastFailure.Text)
		assert.Equal(t, supervisor.Running, b.child(top, "b").State)
		b.pass(2 * time.Second)
		assert.Equal(t, supervisor.Running, b.child(top, "a").State)

		bad := supervisor.Spec{Name: "c", Props: actor.PropsFromProducer(func() actor.Actor { panic("never") })}
		_, err := supervisor.Add(b.system, top, bad, time.Second)
		require.EqualError(t, err, "could not be spawned: never")
		assert.Equal(t, 2, b.inspect(top).ChildCount, "who asked is told: nobody tries again")
		b.end(top)
	})
}

func TestHandedInFunctionsCannotKillTheGroup(t *testing.T) {
	inBubble(t, func(b *bubble) {
		s := b.probe("a", at(supervisor.Permanent, 1))
		s.Gauge = func() supervisor.Gauge { panic("gauge") }
		pid, err := supervisor.Root(b.system, supervisor.Options{
			Name: "top", Sink: func(supervisor.Event) { panic("sink") }, Children: []supervisor.Spec{s},
		})
		require.NoError(t, err)
		synctest.Wait()
		b.send("top/a", hello("one"))
		assert.Equal(t, []string{"a started", "a: one 1"}, b.noted())
		assert.Equal(t, 1, b.inspect(pid).ChildCount)
		b.end(pid)
	})
}

func TestALateTimerOfAnEarlierInstanceIsIgnored(t *testing.T) {
	inBubble(t, func(b *bubble) {
		slow, giveUp := at(supervisor.Permanent, 3), at(supervisor.Permanent, 0)
		giveUp.Exceeded = supervisor.Escalate
		outer := at(supervisor.Permanent, 3)
		outer.Backoff.Min = 0
		top := b.root(supervisor.Options{Children: []supervisor.Spec{
			supervisor.Sub(supervisor.Options{
				Name: "inner", Children: []supervisor.Spec{b.probe("a", slow), b.probe("b", giveUp)},
			}, outer),
		}})
		b.send("top/inner/a", boom{"oops"})
		b.send("top/inner/b", boom{"oops"}) // restarts the group while a waits
		b.noted()
		b.pass(time.Minute)
		assert.Empty(t, b.noted())
		assert.Equal(t, 0, b.child(b.system.NewLocalPID("top/inner"), "a").Restarts)
		b.end(top)
	})
}

func TestThousandsOfTemporaryChildren(t *testing.T) {
	inBubble(t, func(b *bubble) {
		const many = 10_000

		top := b.root(supervisor.Options{Policy: supervisor.Policy{Kind: supervisor.Temporary}})
		props := actor.PropsFromFunc(func(ctx actor.Context) {
			if m, ok := ctx.Message().(boom); ok {
				panic(m.reason)
			}
		})

		for range many {
			b.system.Root.Send(top, supervisor.Spawn{Spec: supervisor.Spec{Role: "conn", Props: props}})
		}

		n, err := supervisor.Inspect(b.system, top, supervisor.Describe{Limit: 3})
		require.NoError(t, err)
		assert.Equal(t, many, n.ChildCount)
		assert.Len(t, n.Children, 3)

		for _, c := range n.Children {
			b.send(c.Path, boom{"oops"})
		}

		assert.Equal(t, many-3, b.inspect(top).ChildCount)
		b.end(top)
	})
}

// broken is an error that nobody can ask.
type broken struct{ text string }

func (e *broken) Error() string { return e.text }

func TestAReasonThatCannotBeAskedDoesNotHurtTheGroup(t *testing.T) {
	inBubble(t, func(b *bubble) {
		top := b.root(supervisor.Options{Children: []supervisor.Spec{b.probe("a", at(supervisor.Permanent, 9))}})

		for _, reason := range []any{(*broken)(nil), supervisor.Fail((*broken)(nil)), &supervisor.Crash{}, nil, 7} {
			b.send("top/a", boom{reason})
			b.pass(time.Second)
		}

		assert.Equal(t, 5, b.child(top, "a").Restarts)
		assert.Equal(t, "7", b.child(top, "a").LastFailure.Text)
		b.end(top)
	})
}
