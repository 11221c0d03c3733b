package steps

import (
	"runtime"
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

// Pause is what a goroutine does between two steps.
func Pause() { <-time.After(Rest) }
