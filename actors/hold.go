package actors

import (
	"errors"
	"time"
)

// hold is a batch whose commit waits for one tap. Nothing is written down before
// the tap is ready for it: the batch itself stays as it is while it waits.
type hold struct {
	feed    *feed
	batch   *batch
	records int // that the tap wants of it
	silent  int // of them, those which cannot be refused

	// Under the feed's lock, and the connection's once it is released.
	due     time.Time
	open    int   // chunks that the tap has not taken
	parts   int   // how many chunks there are; 0 while nothing is written down
	over    bool  // it is decided
	verdict error // why the tap does not have it; nil if it has
}

// Why a hold is over when the tap has not taken the batch.
var errOverdue = errors.New("the tap has not taken it in time")

// ask has the tap take a batch before it is committed. The batch's countdown hears
// when it is decided.
func (f *feed) ask(h *hold) {
	f.mu.Lock()
	defer f.unlock()
	k := &chunk{class: unpooledChunk, hold: h, raw: h.records, silent: h.silent, time: h.batch.told.time}
	switch {
	case f.closing:
		f.resolve(h, nil) // there is no such tap any more
	case f.stuck:
		f.miss(k, lossStuck)
	default:
		h.due = f.hub.now().Add(f.spec.Deadline)
		f.holds = append(f.holds, h)
		f.late.set(f.spec.Deadline)
		f.enter(k)
		f.rouse()
	}
}

// writeDown makes chunks of the hold that waits first.
func (f *feed) writeDown() {
	h := f.waiting.pop().hold
	b := h.batch
	found := f.capture(b, 0, len(b.entries), beforehand)
	for k := found.first; k != nil; k = k.next {
		k.hold = h
		h.open++
		f.bytes += k.size
	}
	h.parts = h.open
	f.waiting.putBack(found)
}

// resolve decides about a hold, once.
func (f *feed) resolve(h *hold, verdict error) {
	if !h.over {
		h.over, h.verdict = true, verdict
		f.todo.released = append(f.todo.released, h)
	}
}

// release tells the connection.
func (h *hold) release() {
	if h.batch.done() {
		h.feed.hub.hasten(h.batch)
	}
}

// regrettable reports whether the tap may have something of a batch that it was not
// to have: because it was late, or because it could not take another part.
func (h *hold) regrettable() bool {
	return h.parts > 1 && h.verdict != nil || h.parts == 1 && errors.Is(h.verdict, errOverdue)
}

// expire is called when the oldest hold may be due.
func (f *feed) expire() {
	f.mu.Lock()
	defer f.unlock()
	f.late.over()
	now := f.hub.now()
	for len(f.holds) > 0 {
		h := f.holds[0]
		if !h.over && now.Before(h.due) {
			f.late.set(h.due.Sub(now))
			break
		}
		f.overdue(h)
		f.holds = f.holds[1:]
	}
	f.sweep()
	f.rouseForMore()
}

// overdue lets a commit go on without the tap. What is given to the tap already it
// may have taken after all, and that is seen when it says so.
func (f *feed) overdue(h *hold) {
	if h.over {
		return
	}
	f.resolve(h, errOverdue)
	lost := h.silent
	if f.spec.LetThrough {
		lost = h.records
	}
	if h.parts == 0 && lost > 0 {
		f.lose(lost, h.batch.told.time, h.batch.told.time, lossDeadline)
	}
}

// sweep drops the holds that nobody waits for and nothing is written down of.
func (f *feed) sweep() {
	f.waiting.keep(func(k *chunk) bool { return k.raw == 0 || !k.hold.over })
	f.lookForEnd()
}

// withdraw is for a connection that ends: its batch is not to be waited for, and
// not carried out, even if the tap has it by now.
func (f *feed) withdraw(h *hold) {
	f.mu.Lock()
	defer f.unlock()
	h.over, h.verdict = true, errOverdue
	f.sweep()
}
