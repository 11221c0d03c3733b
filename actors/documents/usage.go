package documents

import (
	"math"
	"sync"
	"time"
)

// usage turns the processor time of the process into a percentage of one core.
// It belongs to all handlers, which is why it has a lock.
type usage struct {
	mu    sync.Mutex
	since time.Time
	used  time.Duration
	last  float64
}

// steady is the least time that a percentage is taken over.
const steady = time.Second

// percent is the load since it was last asked for, and at first since the start.
func (u *usage) percent(now, start time.Time) float64 {
	u.mu.Lock()
	defer u.mu.Unlock()
	if u.since.IsZero() {
		u.since = start
	}
	passed := now.Sub(u.since)
	if passed < steady && u.last > 0 {
		return u.last
	}
	used := processorTime()
	if passed > 0 {
		u.last = math.Round(float64(used-u.used)/float64(passed)*1000) / 10
	}
	u.since, u.used = now, used
	return u.last
}

// Usage is what the operating system says about this process: the bytes of it
// that are in memory, and the processor time that it has used so far. What the
// system does not tell is 0.
func Usage() (resident int64, processor time.Duration) { return residentMemory(), processorTime() }
