package tap

import (
	"iter"
)

// Batch is what a tap is sent. The records of one connection stand in the order in which it
// did things. A Batch belongs to the tap until the tap has taken it.
type Batch struct {
	Tap string // the name of the tap

	runs iter.Seq2[*Record, int]
	len  int
	done func(error)
	held bool
}

// FromRuns makes a batch of so many records, in the runs that Runs yields. Done calls done.
// The broker makes its batches by it; tests of taps use [NewBatch].
func FromRuns(tap string, records int, runs iter.Seq2[*Record, int], done func(error)) *Batch {
	return &Batch{Tap: tap, len: records, runs: runs, done: done}
}

// Held reports whether the tap has called Hold.
func (b *Batch) Held() bool { return b.held }

// Len is the number of records in the batch.
func (b *Batch) Len() int { return b.len }

// Records yields each record, in order.
//
// The Record that is yielded must not be changed, and is used again for the next one: copy it
// to keep it. Its strings and its payload are not used again. They share the memory of a whole
// commit, so clone what is kept for long. When the tap has taken the batch, Records yields
// nothing.
func (b *Batch) Records() iter.Seq[*Record] {
	return func(yield func(*Record) bool) {
		for r, n := range b.runs {
			first := r.Seq
			for i := range uint64(n) {
				if r.Seq = first + i; !yield(r) {
					return
				}
			}
		}
	}
}

// Runs yields the same records by runs: the first of each run, and how many records are in
// it. The records of a run differ in nothing but their Seq, which goes up by one. A tap that
// counts is faster with Runs than with Records. What is said there about the Record holds here.
func (b *Batch) Runs() iter.Seq2[*Record, int] { return b.runs }

// Hold lets the tap take the batch later: the tap has taken it when it calls Done. Without
// Hold the tap has taken the batch when its Receive returns. Call it in Receive.
func (b *Batch) Hold() { b.held = true }

// Done says that the tap has taken the batch or, with an error, that it could not take it.
// If a tap with [Block] could not, the publishers are answered with an -ERR. If a tap with [Drop]
// could not, the records are a [Gap]. Done may be called from any goroutine. Only the first call
// counts. No call counts when the tap's actor has died meanwhile: its successor is given the
// batch.
func (b *Batch) Done(err error) { b.done(err) }

// NewBatch makes a batch of records for a test of a tap's Receive. Done calls done, which may
// be nil.
func NewBatch(tap string, done func(error), records ...Record) *Batch {
	if done == nil {
		done = func(error) {}
	}
	return &Batch{Tap: tap, len: len(records), done: done, runs: func(yield func(*Record, int) bool) {
		for i := range records {
			if !yield(&records[i], 1) {
				return
			}
		}
	}}
}
