package steps

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/troupe-mq/troupe/internal/instant"
)

// TestTogether: some who do much without a pause are a crowd, and those who come one after another, with pauses as long
// as what they do, are none.
func TestTogether(t *testing.T) {
	const work = instant.Instant(together) / 10
	crowded := func(pause instant.Instant) (after int) {
		var c Crowd
		now := instant.Instant(together)
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
	require.True(t, c.isLong(instant.Instant(together)*100))
}
