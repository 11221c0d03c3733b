package steps

import (
	"runtime"
	"sync/atomic"
	"time"

	"github.com/troupe-mq/troupe/internal/yield"
)

// Turns are taken by goroutines that do much for one client each, so that a thousand of
// them leave half of the processors to those who want less.
type Turns chan struct{}

// NewTurns are as many at once as half of the processors.
func NewTurns() Turns { return make(Turns, (runtime.GOMAXPROCS(0)+1)/2) }

// Take waits for a turn. What is done in it is a part of a step.
func (t Turns) Take() { t <- struct{}{} }

// Try takes a turn if one is free.
func (t Turns) Try() bool {
	select {
	case t <- struct{}{}:
		return true
	default:
		return false
	}
}

// Give gives it back.
func (t Turns) Give() { <-t }

var lane yield.Lane

// Yield lets others run before a goroutine goes on that works for one client.
func Yield() { lane.Yield() }

// Crowd is goroutines that become ready together, as those of five thousand clients that leave at the same
// moment. Each has little to do, but others would wait for all of them. The zero value is empty.
type Crowd struct {
	last atomic.Int64 // when one has come, in nanoseconds
	size atomic.Int32 // those that have come without a pause
}

// Join is called before that little: behind a few that have come without a pause, others have their turn first.
func (c *Crowd) Join() {
	now := time.Now().UnixNano()
	if now-c.last.Swap(now) > int64(apart) {
		c.size.Store(0)
	}
	if c.size.Add(1) > crowded {
		Yield()
	}
}

const (
	crowded = 8                // so many are no crowd
	apart   = time.Millisecond // and this is a pause
)

// Pause is what a goroutine does between two steps.
func Pause() { <-time.After(Rest) }
