package supervisor_test

import (
	"errors"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/troupe-mq/troupe/supervisor"
)

func TestExceededStopsTheChildAndShowsIt(t *testing.T) {
	inBubble(t, func(b *bubble) {
		top := b.root(supervisor.Options{Children: []supervisor.Spec{
			b.probe("a", at(supervisor.Permanent, 1)), b.probe("b", at(supervisor.Permanent, 1)),
		}})

		for range 2 {
			b.send("top/a", boom{"oops"})
			b.pass(time.Second)
		}

		e := b.last(supervisor.Stopped)
		assert.Equal(t, "2 failures in 1m0s, 1 allowed", e.Reason)
		assert.Equal(t, supervisor.Down, b.child(top, "a").State)
		assert.Equal(t, supervisor.Running, b.child(top, "b").State)

		pid, err := supervisor.Add(b.system, top, b.probe("a", at(supervisor.Permanent, 1)), time.Second)
		require.NoError(t, err, "a name that is free again can be used again")
		assert.Equal(t, "top/a", pid.Id)
		assert.Equal(t, 0, b.child(top, "a").Restarts)
		b.end(top)
	})
}

func TestExceededEscalatesToTheParent(t *testing.T) {
	inBubble(t, func(b *bubble) {
		p := at(supervisor.Permanent, 0)
		p.Exceeded = supervisor.Escalate
		top := b.root(supervisor.Options{Children: []supervisor.Spec{
			supervisor.Sub(supervisor.Options{
				Name: "inner", Role: "group", Sink: b.sink,
				Children: []supervisor.Spec{b.probe("a", p), b.probe("b", p)},
			}, at(supervisor.Permanent, 3)),
		}})
		b.send("top/inner/a", boom{supervisor.Fail(errors.New("oops"))})

		inner := b.last(supervisor.Failed)
		assert.Equal(t, "top/inner", inner.Path)
		assert.Equal(t, "top/inner/a: 1 failure in 1m0s, 0 allowed: oops", inner.Failure)

		up, ok := errors.AsType[*supervisor.EscalationError](inner.Err)
		require.True(t, ok)
		assert.Equal(t, "top/inner/a", up.Path)

		assert.Equal(t, supervisor.BackingOff, b.child(top, "inner").State)
		b.noted()
		b.pass(time.Second)
		assert.ElementsMatch(t, []string{"b stopping", "b stopped", "a started", "b started"}, b.noted())
		assert.Equal(t, supervisor.Running, b.child(top, "inner").State)
		assert.Equal(t, 2, b.child(top, "inner").ChildCount)
		b.end(top)
	})
}

func TestEscalationEndsAtTheTop(t *testing.T) {
	for _, handled := range []bool{true, false} {
		inBubble(t, func(b *bubble) {
			p := at(supervisor.Permanent, 0)
			p.Exceeded = supervisor.Escalate
			o := supervisor.Options{Children: []supervisor.Spec{b.probe("a", p), b.probe("b", p)}}

			if handled {
				o.OnEscalate = func(e supervisor.Event) { b.note("given up: %s", e.Failure) }
			}

			top := b.root(o)
			b.send("top/a", boom{"oops"})
			b.send("top/b", hello("still here"))

			notes := b.noted()
			assert.Contains(t, notes, "b: still here 1")
			assert.Equal(t, handled, slices.Contains(notes, "given up: oops"))
			assert.Equal(t, []string{"started a", "started b", "failed a", "escalated a", "stopped a"}, b.story())
			b.end(top)
		})
	}
}

func TestAllForOneRestartsEverybodyOnce(t *testing.T) {
	inBubble(t, func(b *bubble) {
		p := at(supervisor.Permanent, 1)
		p.Scope = supervisor.AllForOne
		top := b.root(supervisor.Options{Policy: p, Children: []supervisor.Spec{
			b.probe("a", supervisor.Policy{}), b.probe("b", supervisor.Policy{}),
			b.probe("guest", supervisor.Policy{Kind: supervisor.Temporary}),
		}})
		b.noted()
		b.send("top/a", boom{"oops"})
		assert.Equal(t, supervisor.BackingOff, b.child(top, "a").State)
		assert.Equal(t, supervisor.Restarting, b.child(top, "b").State)

		b.pass(time.Second / 2)
		b.send("top/b", boom{"me too"}) // one fault: it is not counted twice
		b.pass(time.Second / 2)
		assert.ElementsMatch(t, []string{
			"a restarting", "a started", "b restarting", "b started", "guest stopping", "guest stopped",
		}, b.noted())
		assert.Equal(t, 1, b.child(top, "b").Restarts)
		assert.Equal(t, 2, b.inspect(top).ChildCount)

		b.send("top/b", boom{"again"}) // the budget is the group's: one each would be too many
		b.pass(time.Second)
		assert.Equal(t, supervisor.Down, b.child(top, "a").State)
		assert.Equal(t, supervisor.Down, b.child(top, "b").State)
		b.end(top)
	})
}

// TestRestForOne: what was started after the child that failed is restarted with it, in that order, and what was started
// before it goes on.
func TestRestForOne(t *testing.T) {
	inBubble(t, func(b *bubble) {
		p := at(supervisor.Permanent, 1)
		p.Scope = supervisor.RestForOne
		temporary := supervisor.Policy{Kind: supervisor.Temporary}
		top := b.root(supervisor.Options{Policy: p, Children: []supervisor.Spec{
			b.probe("early", temporary), b.probe("a", supervisor.Policy{}), b.probe("b", supervisor.Policy{}),
			b.probe("c", supervisor.Policy{}), b.probe("late", temporary),
		}})
		b.noted()
		b.send("top/b", boom{"oops"})
		assert.Equal(t, supervisor.Running, b.child(top, "a").State)
		assert.Equal(t, supervisor.BackingOff, b.child(top, "b").State)
		assert.Equal(t, supervisor.Restarting, b.child(top, "c").State)

		b.pass(time.Second / 2)
		b.send("top/c", boom{"me too"}) // one fault: it is not counted twice
		b.pass(time.Second / 2)
		assert.ElementsMatch(t, []string{
			"b restarting", "b started", "c restarting", "c started", "late stopping", "late stopped",
		}, b.noted())
		assert.Equal(t, 0, b.child(top, "a").Restarts)
		assert.Equal(t, 1, b.child(top, "c").Restarts)
		assert.Equal(t, 4, b.inspect(top).ChildCount)
		story := b.story()
		assert.Equal(t, []string{"restarted b", "restarted c"}, story[len(story)-2:], "in the order of their start")

		b.send("top/c", boom{"again"}) // the budget is the group's
		b.pass(time.Second)
		assert.Equal(t, supervisor.Running, b.child(top, "b").State, "it was started before")
		assert.Equal(t, supervisor.Down, b.child(top, "c").State)
		b.end(top)
	})
}

// TestRestForOneThatBecomesMore: a failure of an earlier child takes those along that wait already.
func TestRestForOneThatBecomesMore(t *testing.T) {
	inBubble(t, func(b *bubble) {
		p := at(supervisor.Permanent, 3)
		p.Scope = supervisor.RestForOne
		top := b.root(supervisor.Options{Policy: p, Children: []supervisor.Spec{
			b.probe("a", supervisor.Policy{}), b.probe("b", supervisor.Policy{}), b.probe("c", supervisor.Policy{}),
		}})
		b.send("top/c", boom{"oops"})
		b.send("top/a", boom{"oops"})
		b.pass(time.Minute)
		for _, name := range []string{"a", "b", "c"} {
			assert.Equal(t, 1, b.child(top, name).Restarts, name)
			assert.Equal(t, supervisor.Running, b.child(top, name).State, name)
		}
		b.end(top)
	})
}
