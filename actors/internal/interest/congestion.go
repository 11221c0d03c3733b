package interest

import (
	"sync/atomic"
	"time"
)

// A client that reads, but more slowly than others publish to it, would run into
// MaxPending and be evicted, in a flood that it could well have stood in a second
// more. TCP has an answer for two: the writer waits. Here it holds for as long as
// nobody else has to wait, too: a publisher is paced when all who get its messages
// are behind and all of them are moving, and a little at a time. A single subscriber
// that is slow among others, or one that is stuck, never slows a publisher.

// congestion is a stretch of time in which much waits for a client.
type congestion struct {
	Over  chan struct{} // closed when it has cleared
	moved atomic.Int64  // when the client last took something, in nanoseconds of Unix time
}

// congestionStill is how long a client that takes nothing counts as moving.
const congestionStill = 50 * time.Millisecond

// Moving reports whether the client still takes something.
func (j *congestion) Moving(now time.Time) bool {
	return now.UnixNano()-j.moved.Load() < int64(congestionStill)
}

// Took notes that the client of a target took something.
func (t *Target) Took() {
	if j := t.Congestion.Load(); j != nil {
		j.moved.Store(time.Now().UnixNano())
	}
}

// UpdateCongestion begins a congestion when more than limit bytes wait for the
// target, and ends it when less than half of that do, or the target is closing.
func (t *Target) UpdateCongestion(pending, limit int, closing bool) {
	switch j := t.Congestion.Load(); {
	case j == nil && pending > limit && !closing:
		j = &congestion{Over: make(chan struct{})}
		j.moved.Store(time.Now().UnixNano())
		t.Congestion.Store(j)
	case j != nil && (pending < limit/2 || closing):
		t.Congestion.Store(nil)
		close(j.Over)
	}
}
