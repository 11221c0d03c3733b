package steps

import (
	"runtime"
	"sync/atomic"
	"time"

	"github.com/troupe-mq/troupe/internal/instant"
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
	busy    atomic.Int64 // nanoseconds that they have worked without giving others as much time as that
	left    atomic.Int64 // the instant when the last one had done its part
	waiting atomic.Int32
}

// together is how long they work before others have their turn.
const together = 250 * time.Microsecond

// Join is called before that little: where they have worked for long together, others have their turn first.
// Leave is given what it returns.
func (c *Crowd) Join() (begun instant.Instant) {
	begun = instant.Now()
	if !c.isLong(begun) {
		return begun
	}
	c.waiting.Add(1)
	Yield()
	c.waiting.Add(-1)
	c.busy.Store(0)
	return instant.Now()
}

// isLong reports whether they have worked for long, and others have not had their turn. While some let others
// go first, all do.
func (c *Crowd) isLong(now instant.Instant) bool {
	idle := max(int64(now)-c.left.Load(), 0)
	switch {
	case c.waiting.Load() > 0:
		return true
	case c.busy.Load() <= idle:
		c.busy.Store(0)
		return false
	default:
		return c.busy.Add(-idle) > int64(together)
	}
}

// Leave is called when that little is done.
func (c *Crowd) Leave(begun instant.Instant) { c.leave(begun, instant.Now()) }

func (c *Crowd) leave(begun, now instant.Instant) {
	c.busy.Add(int64(now - begun))
	c.left.Store(int64(now))
}

// Pause is what a goroutine does between two steps.
func Pause() { <-time.After(Rest) }
