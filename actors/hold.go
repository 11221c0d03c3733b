package actors

import (
	"errors"
	"time"

	"github.com/troupe-mq/troupe/wire"
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
	written bool  // there are chunks
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
	h.written = true
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
	if !h.written && lost > 0 {
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

// heard asks the taps that block about the batch, and reports whether the commit
// may go on. If not, it is called again when all of them are through.
func (c *connection) heard(b *batch) bool {
	t := &b.told
	if t.taps == nil {
		if t.taps = c.taps.commits.Load(); t.taps == nil {
			return true
		}
		t.origin, t.seq, t.time = c.origin(), c.seq, c.stats.last
		c.seq += uint64(len(b.entries))
		if !c.askTaps(b) {
			return false
		}
	}
	for _, h := range t.holds {
		if h.verdict != nil && !h.feed.spec.LetThrough {
			h.feed.refuse(b)
		}
	}
	return true
}

// askTaps reports whether nobody has to be waited for.
func (c *connection) askTaps(b *batch) bool {
	t := &b.told
	for _, f := range t.taps.blocks {
		if records, silent := f.count(b, 0, len(b.entries)); records > 0 {
			t.holds = append(t.holds, &hold{feed: f, batch: b, records: records, silent: silent})
		}
	}
	if len(t.holds) == 0 {
		return true
	}
	b.open.Store(int32(len(t.holds) + 1))
	for _, h := range t.holds {
		h.feed.ask(h)
	}
	return b.done()
}

// refuse turns down the messages that the tap wants.
func (f *feed) refuse(b *batch) {
	for at := 0; at < len(b.entries); at += b.runAt(at, len(b.entries)) {
		if e := &b.entries[at]; e.published() && e.refusal == nil && f.wants(e.subject.Of(b.buf)) {
			e.refusal = wire.ErrNotRecorded
		}
	}
}

// tellTaps tells what a commit has carried out.
func (c *connection) tellTaps(b *batch, from int) {
	for _, f := range b.told.taps.drops {
		f.tell(b, from, b.next)
	}
	for _, h := range b.told.holds {
		if h.written && errors.Is(h.verdict, errOverdue) {
			h.feed.correct(b, from, b.next)
		}
	}
}

// correct tells a tap that was given messages as accepted which are refused, since
// it had not said in time that it has them.
func (f *feed) correct(b *batch, from, to int) {
	if found := f.capture(b, from, to, refusedOnly); found.first != nil {
		f.offer(found, f.spec.MaxBytes)
	}
}

// giveUpHolds is for a connection that ends while taps are asked: what it has
// published in this batch is refused.
func (c *connection) giveUpHolds() {
	b := c.batch
	if b == nil || len(b.told.holds) == 0 || b.next > 0 {
		return
	}
	for _, h := range b.told.holds {
		h.feed.withdraw(h)
	}
	c.batch = nil // not to be used again: who has decided already may still count it down
	for at := 0; at < len(b.entries); {
		n := b.runAt(at, len(b.entries))
		if e := &b.entries[at]; e.published() {
			if e.refusal == nil {
				e.refusal = wire.ErrNotRecorded
			}
			c.countIn(b.entries[at : at+n])
			c.countRefused(n)
			for range n {
				c.say(e.refusal.Lines)
			}
		}
		at += n
	}
	b.next = len(b.entries)
	c.tellTaps(b, 0)
}
