package steps

import (
	"testing"

	"github.com/stretchr/testify/require"
)

// TestTogether: some who do much without a pause are a crowd, and those who come one after another, with pauses as long
// as what they do, are none.
func TestTogether(t *testing.T) {
	const work = int64(together) / 10
	crowded := func(pause int64) (after int) {
		var c Crowd
		now := int64(together)
		for ; after < 1000 && !c.isLong(now); after++ {
			c.leave(now, now+work)
			now += work + pause
		}
		return after
	}
	require.Equal(t, 11, crowded(0))
	require.Equal(t, 21, crowded(work/2))
	require.Equal(t, 1000, crowded(work))
}

// TestAllWaitBehindOne: while one lets others go first the next do too, however long that takes.
func TestAllWaitBehindOne(t *testing.T) {
	var c Crowd
	c.waiting.Store(1)
	require.True(t, c.isLong(int64(together)*100))
}
