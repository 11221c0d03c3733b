package steps

import (
	"math"
	"time"
)

// Rest is the pause between two steps, where no goroutine is there to yield.
const Rest = 100 * time.Microsecond

// Step is how much work one step is, in units. An actor that works for all clients looks after
// a Slice of it who has come meanwhile.
const (
	Step  = 1_000_000
	Slice = Step / 8
)

// What is done, in units.
const (
	Command  = 50  // one command of a batch
	Delivery = 100 // one copy of a message, beside its bytes
	Look     = 20  // one look at something that may be the one
)

// bytesPerUnit is how many bytes are copied in one unit.
const bytesPerUnit = 4

// Bytes is the work of copying so many bytes.
func Bytes(n int) int { return n / bytesPerUnit }

// Work is what is left of a step. The zero value is over.
type Work struct{ left int32 }

// Begin begins a step.
func Begin() Work { return Work{left: Step} }

// BeginSlice begins a slice of a step.
func BeginSlice() Work { return Work{left: Slice} }

// Left is what is left of it.
func (w *Work) Left() int { return int(w.left) }

// Spend counts work that is done.
func (w *Work) Spend(units int) { w.left = int32(max(int(w.left)-units, math.MinInt32)) }

// Over reports whether others are to have their turn.
func (w *Work) Over() bool { return w.left <= 0 }

// Wait counts time that was waited for others: it is time for whoever waits for this step.
func (w *Work) Wait(d time.Duration) { w.Spend(int(d / unit)) }

// unit is about what a unit of work takes.
const unit = time.Nanosecond
