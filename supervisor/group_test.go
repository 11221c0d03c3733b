package supervisor_test

import (
	"errors"
	"testing"
	"testing/synctest"
	"time"

	"github.com/asynkron/protoactor-go/actor"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/troupe-mq/troupe/supervisor"
)

func TestPermanentIsRestartedAndKeepsItsQueue(t *testing.T) {
	inBubble(t, func(b *bubble) {
		top := b.root(supervisor.Options{Children: []supervisor.Spec{b.probe("a", at(supervisor.Permanent, 3))}})
		b.send("top/a", hello("one"))
		b.send("top/a", boom{"oops"})
		b.send("top/a", hello("two"))

		assert.Equal(t, []string{"a started", "a: one 1"}, b.noted(), "nothing is handled during the back-off")
		assert.Equal(t, supervisor.BackingOff, b.child(top, "a").State)

		b.pass(time.Second)
		assert.Equal(t, []string{"a restarting", "a started", "a: two 1"}, b.noted(), "new state, old queue")
		assert.Equal(t, []string{"started a", "failed a", "restarted a"}, b.story())

		n := b.child(top, "a")
		assert.Equal(t, supervisor.Running, n.State)
		assert.Equal(t, 1, n.Restarts)
		assert.Equal(t, "oops", n.LastFailure.Text)
		assert.Equal(t, b.start.Add(time.Second), n.Since)
		b.end(top)
	})
}

func TestPermanentThatStopsIsSpawnedAgain(t *testing.T) {
	inBubble(t, func(b *bubble) {
		top := b.root(supervisor.Options{Children: []supervisor.Spec{b.probe("a", at(supervisor.Permanent, 3))}})
		b.send("top/a", leave{})
		b.pass(time.Second)
		b.send("top/a", hello("back"))

		assert.Equal(t, []string{"a started", "a stopping", "a stopped", "a started", "a: back 1"}, b.noted())
		assert.Equal(t, []string{"started a", "stopped a", "restarted a"}, b.story())
		assert.Nil(t, b.child(top, "a").LastFailure)
		b.end(top)
	})
}

func TestTransientIsRestartedOnlyAfterAFailure(t *testing.T) {
	inBubble(t, func(b *bubble) {
		top := b.root(supervisor.Options{Children: []supervisor.Spec{b.probe("a", at(supervisor.Transient, 3))}})
		b.send("top/a", boom{"oops"})
		b.pass(time.Second)
		b.send("top/a", leave{})
		b.pass(time.Minute)

		assert.Equal(t, []string{"started a", "failed a", "restarted a", "stopped a"}, b.story())
		assert.Equal(t, supervisor.Down, b.child(top, "a").State)
		b.end(top)
	})
}

func TestTemporaryIsNeverRestarted(t *testing.T) {
	inBubble(t, func(b *bubble) {
		top := b.root(supervisor.Options{
			Policy:   supervisor.Policy{Kind: supervisor.Temporary},
			Children: []supervisor.Spec{b.probe("a", supervisor.Policy{}), b.probe("b", supervisor.Policy{})},
		})
		b.send("top/a", boom{"oops"})
		b.pass(time.Minute)
		b.send("top/b", hello("still here"))

		assert.ElementsMatch(t, []string{"a started", "b started", "a stopping", "a stopped", "b: still here 1"}, b.noted())

		e := b.last(supervisor.Failed)
		assert.Equal(t, supervisor.Stop, e.Directive)
		assert.Equal(t, "probe", e.Role)
		assert.Equal(t, []string{"failed a"}, b.story(), "one event is all a temporary child makes")
		assert.Equal(t, 1, b.inspect(top).ChildCount)
		b.end(top)
	})
}

func TestResumeCostsTheMessageOnly(t *testing.T) {
	errPoison := errors.New("poison")

	inBubble(t, func(b *bubble) {
		p := at(supervisor.Permanent, 0)
		p.Resume = []error{errPoison}
		top := b.root(supervisor.Options{Children: []supervisor.Spec{b.probe("a", p)}})
		b.send("top/a", hello("one"))
		b.send("top/a", boom{supervisor.Fail(errPoison)})
		b.send("top/a", hello("two"))

		assert.Equal(t, []string{"a started", "a: one 1", "a: two 2"}, b.noted(), "the state is kept")
		require.ErrorIs(t, b.last(supervisor.Resumed).Err, errPoison)
		assert.Empty(t, b.last(supervisor.Resumed).Stack, "a deliberate failure is no bug")
		b.end(top)
	})
}

func TestSpawnAndRemove(t *testing.T) {
	inBubble(t, func(b *bubble) {
		top := b.root(supervisor.Options{})
		_, err := supervisor.Add(b.system, top, supervisor.Spec{Name: "x"}, time.Second)
		require.ErrorIs(t, err, supervisor.ErrNoProps)

		b.system.Root.Send(top, supervisor.Spawn{Spec: b.probe("a", at(supervisor.Permanent, 1))})
		synctest.Wait()
		_, err = supervisor.Add(b.system, top, b.probe("a", at(supervisor.Permanent, 1)), time.Second)
		require.ErrorIs(t, err, actor.ErrNameExists)

		b.system.Root.Send(top, supervisor.Spawn{})
		synctest.Wait()
		assert.Equal(t, []string{"started a", "failed "}, b.story())

		pid, err := supervisor.Add(b.system, top, supervisor.Spec{Role: "guest", Props: b.props("g")}, time.Second)
		require.NoError(t, err)
		assert.Contains(t, pid.Id, "top/guest$")

		b.system.Root.Send(top, supervisor.Remove{Name: "a"})
		b.pass(time.Minute)
		assert.Equal(t, "removed", b.last(supervisor.Stopped).Reason, "a permanent child can be removed")
		assert.Equal(t, 1, b.inspect(top).ChildCount)

		for range 3 { // who waits until it is gone can use the name again
			_, err = supervisor.Add(b.system, top, b.probe("a", at(supervisor.Permanent, 1)), time.Second)
			require.NoError(t, err)
			_, err = b.system.Root.RequestFuture(top, supervisor.Remove{Name: "a", Gone: true}, time.Second).Result()
			require.NoError(t, err)
		}

		answer, err := b.system.Root.RequestFuture(top, supervisor.Remove{Name: "a"}, time.Second).Result()
		require.NoError(t, err)
		assert.Equal(t, supervisor.ErrNoChild, answer)
		b.end(top)
	})
}

// TestBeforeAChild: children may share their props, and are told before they are made what they are to be.
func TestBeforeAChild(t *testing.T) {
	inBubble(t, func(b *bubble) {
		top := b.root(supervisor.Options{})
		errBefore := errors.New("before")
		next, made := "", []string{}
		shared := actor.PropsFromProducer(func() actor.Actor {
			made = append(made, next)
			return actor.ReceiveFunc(func(actor.Context) {})
		})
		for _, name := range []string{"a", "b"} {
			_, err := supervisor.Add(b.system, top, supervisor.Spec{
				Name: name, Props: shared, Policy: at(supervisor.Transient, 1), Before: func() { next = name },
			}, time.Second)
			require.NoError(t, err)
		}
		assert.Equal(t, []string{"a", "b"}, made)

		_, err := supervisor.Add(b.system, top, supervisor.Spec{
			Name: "c", Props: shared, Policy: at(supervisor.Temporary, 1), Before: func() { panic(errBefore) },
		}, time.Second)
		require.ErrorIs(t, err, errBefore)
		assert.Len(t, made, 2, "what fails before is not made")
		b.end(top)
	})
}
