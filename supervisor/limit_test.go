package supervisor_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"

	"github.com/troupe-mq/troupe/supervisor"
)

func TestLimiter(t *testing.T) {
	now := time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)
	l := supervisor.NewLimiter(2, time.Second, 0)
	pass := func(cause string) string {
		ok, suppressed := l.Allow(cause, now)

		return fmt.Sprint(ok, suppressed)
	}

	assert.Equal(t, "true 0", pass("a"))
	assert.Equal(t, "true 0", pass("a"))
	assert.Equal(t, "false 0", pass("a"))
	assert.Equal(t, "false 0", pass("a"))
	assert.Equal(t, "true 0", pass("b"), "causes do not pay for each other")

	now = now.Add(time.Second)
	assert.Equal(t, "true 2", pass("a"), "the next that passes tells")
	assert.Equal(t, "true 0", pass("a"))
	assert.Equal(t, "false 0", pass("a"))
}

func TestLimiterIsBounded(t *testing.T) {
	now := time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)
	l := supervisor.NewLimiter(1, time.Second, 10)
	passed := 0

	flood := func() (told int) {
		for i := range 1000 {
			if ok, suppressed := l.Allow(fmt.Sprint(now, i), now); ok {
				passed++
				told += suppressed
			}
		}

		return told
	}

	flood()
	assert.Equal(t, 11, passed, "ten causes, and one for all others")

	now = now.Add(time.Second)
	told := flood()
	assert.Equal(t, 22, passed, "old causes make room")
	assert.Equal(t, 989, told, "and what they held back is told")
}
