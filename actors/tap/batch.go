package tap

import (
	"iter"
)

// Batch is what a tap is sent: records in the order of each connection.
type Batch struct {
	Tap string

	runs iter.Seq2[*Record, int]
	len  int
	done func(error)
	held bool
}

// FromRuns makes the batch of a tap: records in all, in the runs that Runs yields.
// done is what Done calls.
func FromRuns(tap string, records int, runs iter.Seq2[*Record, int], done func(error)) *Batch {
	return &Batch{Tap: tap, len: records, runs: runs, done: done}
}

// Held reports whether Hold was called.
func (b *Batch) Held() bool { return b.held }

// Len is the number of records.
func (b *Batch) Len() int { return b.len }

// Records yields each record. It is not to be changed, and used again for the next
// one; its strings and its payload are not, but keep the memory of a whole commit:
// clone what is kept for long. When the tap has taken the batch there are none any more.
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

// Runs is Records for those to whom it is worth much that messages repeat
// themselves: it yields the first of the records in a row that differ in their Seq
// only, which goes up by one, and how many they are.
func (b *Batch) Runs() iter.Seq2[*Record, int] { return b.runs }

// Hold says that the tap has taken the batch only when it calls Done, from any
// goroutine. Otherwise it has when its Receive returns.
func (b *Batch) Hold() { b.held = true }

// Done says that the tap has taken the batch, or with an error that it could not.
// The publishers of a batch that a TapBlock could not take are answered with an
// -ERR; what a TapDrop could not take is a Gap. Only the first call counts, and
// none when the tap's actor has died meanwhile: its successor is given the batch.
func (b *Batch) Done(err error) { b.done(err) }

// NewBatch makes a batch, for tests of taps. done may be nil.
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
