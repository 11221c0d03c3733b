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
	Over chan struct{} // closed when it has cleared
	pace atomic.Int64  // how long a publisher waits for it before it goes on, a time.Duration
}

// congestionStill is how long a client that takes nothing counts as moving. A window of
// TCP opens in steps: one that reads a few megabytes a second seems to stand still in
// between.
const congestionStill = 500 * time.Millisecond

// How long a publisher waits: the least when a congestion has just begun, the most when
// there is next to no room left.
const (
	leastPace = 10 * time.Millisecond
	mostPace  = 250 * time.Millisecond
)

// IsMoving reports whether the client of a target still takes something.
func (t *Target) IsMoving(now time.Time) bool { return t.Pending.Still(now) < congestionStill }

// Pace is how long a publisher waits at most for the congestion to clear.
func (j *congestion) Pace() time.Duration { return time.Duration(j.pace.Load()) }

// UpdateCongestion begins a congestion when more than limit bytes wait for the
// target, and ends it when less than half of that do, or the target is closing. full is
// how many bytes may wait at most.
func (t *Target) UpdateCongestion(pending, limit, full int, closing bool) {
	j := t.Congestion.Load()
	switch {
	case j == nil && pending > limit && !closing:
		j = &congestion{Over: make(chan struct{})}
		j.setPace(pending, limit, full)
		t.Congestion.Store(j)
	case j == nil:
	case pending < limit/2 || closing:
		t.Congestion.Store(nil)
		close(j.Over)
	default:
		j.setPace(pending, limit, full)
	}
}

func (j *congestion) setPace(pending, limit, full int) {
	part := float64(max(pending-limit, 0)) / float64(max(full-limit, 1))
	j.pace.Store(int64(leastPace + time.Duration(min(part, 1)*float64(mostPace-leastPace))))
}
