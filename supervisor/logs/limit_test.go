package logs_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"

	"github.com/troupe-mq/troupe/supervisor/logs"
)

func TestLimiter(t *testing.T) {
	now := time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)
	l := logs.NewLimiter(2, time.Second, 0)
	assert.True(t, l.Allow("a", now))
	assert.True(t, l.Allow("a", now))
	assert.False(t, l.Allow("a", now))

	now = now.Add(300 * time.Millisecond)
	assert.False(t, l.Allow("a", now))
	assert.True(t, l.Allow("b", now), "causes do not pay for each other")

	held, more := l.Over(now)
	assert.Empty(t, held)
	assert.True(t, more, "the period is not over")

	now = now.Add(700 * time.Millisecond)
	assert.True(t, l.Allow("a", now))
	held, _ = l.Over(now)
	assert.Empty(t, held, "a has another period: what it held back is told at the end of this one")

	now = now.Add(time.Second)
	held, more = l.Over(now)
	assert.Equal(t, []logs.Held{{Cause: "a", Times: 2, For: 2 * time.Second}}, held)
	assert.False(t, more)
	assert.Empty(t, l.All(now), "nothing is told twice")
}

func TestLimiterIsBounded(t *testing.T) {
	now := time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)
	l := logs.NewLimiter(1, time.Second, 10)
	passed := 0

	flood := func() {
		for i := range 1000 {
			if l.Allow(fmt.Sprint(now, i), now) {
				passed++
			}
		}
	}

	flood()
	assert.Equal(t, 11, passed, "ten causes, and one for all others")

	now = now.Add(time.Second)
	flood()
	assert.Equal(t, 22, passed, "old causes make room")
	assert.Equal(t, []logs.Held{{Times: 2*1000 - 22, For: time.Second}}, l.All(now), "and what they held back is told")
}
