package inbound

import (
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestFittingBuffers(t *testing.T) {
	seen := map[int]int{}
	for n := 1; n <= largestPooled; n += 997 {
		size := fitting(n)
		assert.GreaterOrEqual(t, size, n)
		assert.LessOrEqual(t, size, max(n+n/4+1, leastPooled))
		assert.Equal(t, size, fitting(size))
		if c := class(size); c >= 0 {
			if other, ok := seen[c]; ok {
				assert.Equal(t, other, size, "class %d", c)
			}
			seen[c] = size
		}
	}
	assert.Equal(t, sizeClasses-1, class(largestPooled))
	assert.Equal(t, -1, class(largestPooled+1))
	assert.Equal(t, -1, class(leastPooled-1))
}

func TestStoreKeepsNoMoreThanItsBound(t *testing.T) {
	var s bufferStore
	collects := 0
	for range (mostKept + mostWaste + 1<<20) / (1 << 20) {
		b := make([]byte, 1<<20)
		if s.keep(&b, class(len(b))) {
			collects++
		}
	}
	assert.Equal(t, mostKept, s.kept)
	assert.Equal(t, 1, collects)
	assert.NotNil(t, s.take(class(1<<20)))
	assert.Equal(t, mostKept-1<<20, s.kept)
	assert.Nil(t, s.take(class(2<<20)))
}

// What is kept is given back a moment after its last use, and not before.
func TestBuffersAreGivenBack(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var s bufferStore
		keep := func(n int) {
			for range n {
				b := make([]byte, 1<<20)
				s.keep(&b, class(len(b)))
			}
		}
		keep(leastWatched >> 20)
		for range 3 {
			<-time.After(quietTime / 2)
			b := s.take(class(1 << 20))
			require.NotNil(t, b)
			s.keep(b, class(1<<20))
		}
		kept := func() int {
			s.mu.Lock()
			defer s.mu.Unlock()
			return s.kept
		}
		assert.Equal(t, leastWatched, kept())
		<-time.After(3 * quietTime)
		assert.Zero(t, kept())
		assert.Nil(t, s.take(class(1<<20)))
		keep(leastWatched>>20 - 1)
		<-time.After(3 * quietTime)
		assert.NotZero(t, kept(), "that is not much")
	})
}
