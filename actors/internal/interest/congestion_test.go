package interest

import (
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// TestCongestion: it begins above the limit, is over below half of it, and has
// publishers wait longer the less room is left.
func TestCongestion(t *testing.T) {
	const limit, full = 100, 800
	to := &Target{Pending: NewPending()}
	to.UpdateCongestion(limit, limit, full, false)
	require.Nil(t, to.Congestion.Load())
	to.UpdateCongestion(limit+1, limit, full, true)
	require.Nil(t, to.Congestion.Load(), "nobody waits for one that closes")

	to.UpdateCongestion(limit+1, limit, full, false)
	first := to.Congestion.Load()
	require.NotNil(t, first)
	assert.InDelta(t, leastPace, first.Pace(), float64(time.Millisecond))
	to.UpdateCongestion(full, limit, full, false)
	assert.Equal(t, mostPace, first.Pace())
	to.UpdateCongestion(limit/2, limit, full, false)
	require.Same(t, first, to.Congestion.Load(), "it lasts a while")
	assert.Equal(t, leastPace, first.Pace())
	to.UpdateCongestion(limit/2-1, limit, full, false)
	require.Nil(t, to.Congestion.Load())
	<-first.Over

	to.UpdateCongestion(limit+1, limit, full, false)
	second := to.Congestion.Load()
	to.UpdateCongestion(limit+1, limit, full, true)
	<-second.Over
}

// TestMoving: who takes nothing for a while does not move.
func TestMoving(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		to := &Target{Pending: NewPending()}
		to.Pending.Took(time.Now())
		assert.True(t, to.IsMoving(time.Now()))
		<-time.After(congestionStill)
		assert.False(t, to.IsMoving(time.Now()))
		to.Pending.Took(time.Now())
		assert.True(t, to.IsMoving(time.Now()))
	})
}
