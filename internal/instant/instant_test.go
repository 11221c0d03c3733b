package instant_test

import (
	"math"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"

	"github.com/troupe-mq/troupe/internal/instant"
)

func TestInstantsAreComparedAsTimes(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		then, was := time.Now(), instant.Now()
		assert.Equal(t, instant.Of(then), was)
		assert.NotEqual(t, instant.Never, was)
		<-time.After(time.Hour)
		assert.Equal(t, was.In(time.Hour), instant.Now())
		assert.Equal(t, time.Hour, instant.Now().Sub(was))
		assert.Equal(t, was, instant.Now().In(-time.Hour))
		assert.Equal(t, was.In(time.Minute), instant.Of(then.Add(time.Minute)))
	})
}

// TestEndOfTime: what is due after a time without end is due at the end, and not at once.
func TestEndOfTime(t *testing.T) {
	far := instant.Now().In(math.MaxInt64)
	assert.Equal(t, instant.Instant(math.MaxInt64), far)
	assert.Equal(t, far, far.In(time.Second))
	assert.Equal(t, far, instant.Of(time.Date(9999, 1, 1, 0, 0, 0, 0, time.UTC)))
}
