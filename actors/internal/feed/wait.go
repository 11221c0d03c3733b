package feed

import (
	"errors"
	"time"

	"github.com/troupe-mq/troupe/actors/internal/batch"
)

// Wait is a batch whose commit waits for one tap. Nothing is written down before
// the tap is ready for it: the batch itself stays as it is while it waits.
type Wait struct {
	feed    *Feed
	batch   *batch.Batch
	stamp   stamp
	records int // that the tap wants of it
	silent  int // of them, those which cannot be refused

	// Under the feed's lock, and the connection's once it is released.
	due     time.Time
	open    int   // chunks that the tap has not taken
	parts   int   // how many chunks there are; 0 while nothing is written down
	over    bool  // it is decided
	verdict error // why the tap does not have it; nil if it has
}

// Why a wait is over when the tap has not taken the batch.
var errOverdue = errors.New("the tap has not taken it in time")

// ask has the tap take a batch before it is committed. The batch's countdown hears
// when it is decided.
func (f *Feed) ask(w *Wait) {
	f.mu.Lock()
	if heir := f.heir; heir != nil {
		f.mu.Unlock()
		heir.askInstead(w)
		return
	}
	defer f.unlock()
	k := &chunk{class: unpooledChunk, wait: w, raw: w.records, silent: w.silent, time: w.stamp.time}
	switch {
	case f.closing:
		f.resolve(w, nil) // there is no such tap any more
	case f.stuck:
		f.miss(k, lossStuck)
	default:
		w.due = f.host.Now().Add(f.Spec.Deadline)
		f.waits = append(f.waits, w)
		f.late.set(f.Spec.Deadline)
		f.enter(k)
		f.rouse()
	}
}

// askInstead is ask for a batch that the tap before this one was to have, when its commit began.
func (f *Feed) askInstead(w *Wait) {
	w.feed = f
	if w.records, w.silent = f.count(w.batch, 0, len(w.batch.Entries)); w.records > 0 {
		f.ask(w)
		return
	}
	f.mu.Lock()
	defer f.unlock()
	f.resolve(w, nil)
}

// writeDown makes chunks of the batch that waits first.
func (f *Feed) writeDown() {
	w := f.waiting.pop().wait
	b := w.batch
	found := f.capture(b, w.stamp, 0, len(b.Entries), beforehand)
	for k := found.first; k != nil; k = k.next {
		k.wait = w
		w.open++
		f.bytes += k.size
	}
	w.parts = w.open
	f.waiting.putBack(found)
}

// resolve decides about a batch, once.
func (f *Feed) resolve(w *Wait, verdict error) {
	if !w.over {
		w.over, w.verdict = true, verdict
		f.todo.released = append(f.todo.released, w)
	}
}

// release tells the connection, once all that it waits for is decided.
func (w *Wait) release() { w.batch.Finish() }

// regrettable reports whether the tap may have something of a batch that it was not
// to have: because it was late, or because it could not take another part.
func (w *Wait) regrettable() bool {
	return w.parts > 1 && w.verdict != nil || w.parts == 1 && errors.Is(w.verdict, errOverdue)
}

// expire is called when the oldest wait may be due.
func (f *Feed) expire() {
	f.mu.Lock()
	defer f.unlock()
	f.late.over()
	now := f.host.Now()
	for len(f.waits) > 0 {
		w := f.waits[0]
		if !w.over && now.Before(w.due) {
			f.late.set(w.due.Sub(now))
			break
		}
		f.overdue(w)
		f.waits = f.waits[1:]
	}
	f.sweep()
	f.rouseForMore()
}

// overdue lets a commit go on without the tap. What is given to the tap already it
// may have taken after all, and that is seen when it says so.
func (f *Feed) overdue(w *Wait) {
	if w.over {
		return
	}
	f.resolve(w, errOverdue)
	lost := w.silent
	if f.Spec.LetThrough {
		lost = w.records
	}
	if w.parts == 0 && lost > 0 {
		f.lose(lost, w.stamp.time, w.stamp.time, lossDeadline)
	}
}

// sweep drops the waits that nobody waits for and nothing is written down of.
func (f *Feed) sweep() {
	f.waiting.keep(func(k *chunk) bool { return k.raw == 0 || !k.wait.over })
	f.lookForEnd()
}

// withdraw is for a connection that ends: its batch is not to be waited for, and
// not carried out, even if the tap has it by now.
func (f *Feed) withdraw(w *Wait) {
	f.mu.Lock()
	defer f.unlock()
	w.over, w.verdict = true, errOverdue
	f.sweep()
}
