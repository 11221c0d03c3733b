package inbound

import (
	"testing"

	"github.com/stretchr/testify/assert"
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
