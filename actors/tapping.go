package actors

import (
	"github.com/troupe-mq/troupe/wire"
)

// This file is what a connection does for taps: some are asked before a commit,
// the others told afterwards.

// heard asks the taps that block about the batch, and reports whether the commit
// may go on. If not, it is called again when all of them are through.
func (c *connection) heard(b *batch) bool {
	t := &b.told
	if t.taps == nil {
		taps := c.taps.commits.Load()
		if taps == nil || c.internal { // a part of the broker is no client
			return true
		}
		t.taps = taps
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
		if e := &b.entries[at]; e.published() && e.refusal == nil && f.wants(b.subjectOf(e)) {
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
		if h.regrettable() {
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
// published in this batch is refused. A commit that has begun is past that.
func (c *connection) giveUpHolds() {
	b := c.batch
	if b == nil || len(b.told.holds) == 0 || b.next > 0 || c.packer != nil {
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
