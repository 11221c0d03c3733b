package actors

import (
	"runtime"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
)

// forced is how often somebody had the garbage collected.
func forced() uint32 {
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return m.NumForcedGC
}

func TestWhatOutboxesLeaveIsCollected(t *testing.T) {
	const limit = 1 << 20
	h := &hub{}
	h.budget.limit.Store(limit)
	before := forced()
	h.budget.discard(h, limit/wasteShare)
	assert.Equal(t, before, forced(), "not worth it")
	h.budget.discard(h, 1)
	assert.Eventually(t, func() bool { return forced() > before }, time.Minute, time.Millisecond)
	assert.Zero(t, h.budget.waste.Load())
}
