package documents

import (
	"context"
	"errors"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/troupe-mq/troupe/actors/actorstest"
	"github.com/troupe-mq/troupe/supervisor"
)

// look is one that ends when it is told to.
type look struct {
	taken  atomic.Int32
	result chan error
}

func (l *look) take(context.Context) error {
	l.taken.Add(1)
	return <-l.result
}

func TestHealthIsToldSoonHoweverBusyAPartitionIs(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := &look{result: make(chan error)}
		p := &pulse{look: l.take}
		began := time.Now()
		for range 10 {
			require.NoError(t, p.feel(t.Context()), "nothing is known to be wrong")
		}
		assert.Equal(t, 10*soon, time.Since(began))
		assert.Equal(t, int32(1), l.taken.Load(), "one look at a time")
		wrong := errors.New("a partition does not answer")
		l.result <- wrong
		actorstest.Advance(t, fresh)
		require.ErrorIs(t, p.feel(t.Context()), wrong, "what was found last")
		l.result <- nil
		actorstest.Advance(t, fresh)
		require.NoError(t, p.feel(t.Context()))
		l.result <- nil
	})
}

func TestHealthIsLookedAtAnew(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		wrong := errors.New("a partition does not answer")
		looks, found := 0, []error{nil, wrong, nil}
		p := &pulse{look: func(context.Context) error {
			looks++
			return found[looks-1]
		}}
		for i, want := range found {
			for range 100 {
				require.ErrorIs(t, p.feel(t.Context()), want)
			}
			assert.Equal(t, i+1, looks, "for all who ask at about the same time")
			actorstest.Advance(t, fresh)
		}
	})
}

func TestWhoHasGoneDoesNotWaitForTheHealth(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := &look{result: make(chan error)}
		p := &pulse{look: l.take}
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		began := time.Now()
		require.NoError(t, p.feel(ctx))
		assert.Zero(t, time.Since(began))
		l.result <- nil
	})
}

func TestLookThatCrashesIsNoHealth(t *testing.T) {
	crashes := make(chan *supervisor.Crash, 1)
	p := &pulse{look: func(context.Context) error { panic("boom") }, report: func(_ string, c *supervisor.Crash) { crashes <- c }}
	require.ErrorIs(t, p.feel(t.Context()), errLook)
	require.ErrorContains(t, <-crashes, "boom")
}
