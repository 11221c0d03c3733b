package outbox

import (
	"time"

	"github.com/troupe-mq/troupe/actors/internal/steps"
	"github.com/troupe-mq/troupe/actors/internal/transport"
)

// Writer writes what the socket did not take at once. It runs in a goroutine of
// its own, for as long as that takes.
type Writer struct {
	box    *Outbox
	queue  []*Deliver
	offset int
	Sent   uint64 // messages
	Ended  int    // messages that were none any more: of subscriptions that have ended
	Turns  steps.Turns
	Over   chan error // holds one
}

// progressStep is how many bytes are written before it is noted that the client has
// taken them.
const progressStep = 128 << 10

// Run writes all of it, and calls took whenever the client has taken some.
func (w *Writer) Run(l transport.Link, deadline time.Duration, took func()) error {
	for i, d := range w.queue {
		attribute(l, d)
		write := w.write
		if d.copies != nil {
			write = w.spell
		}
		if err := write(l, d, deadline, took); err != nil {
			return err
		}
		w.box.lent.Add(int64(-d.Memory()))
		w.offset = 0
		w.Sent += uint64(d.Messages)
		w.queue[i] = nil
		if d.watches != nil {
			d.end(true)
		}
		d.Recycle()
	}
	return nil
}

// write writes one piece.
func (w *Writer) write(l transport.Link, d *Deliver, deadline time.Duration, took func()) error {
	for rest := d.Bytes[w.offset:]; len(rest) > 0; {
		n := cut(l, rest)
		if err := l.WriteAll(rest[:n], deadline); err != nil {
			return err
		}
		rest = rest[n:]
		w.box.flying.Add(int64(-n))
		took()
	}
	return nil
}

// cutter is a link that has to be given whole messages.
type cutter interface {
	// Cut is how much of p is about n bytes of messages.
	Cut(p []byte, n int) int
}

// cut is how much of p is written before the next look at the progress.
func cut(l transport.Link, p []byte) int {
	n := min(len(p), progressStep)
	if c, ok := l.(cutter); ok && n < len(p) {
		return c.Cut(p, n)
	}
	return n
}

// spell writes copies, a buffer at a time. Those that are written are no part of the
// piece any more.
func (w *Writer) spell(l transport.Link, d *Deliver, deadline time.Duration, took func()) error {
	left, work := d.size, steps.Begin()
	for {
		b := NewDeliver(max(FullDeliver, d.copies.Most()))
		w.Turns.Take()
		done := d.copies.Spell(b)
		w.Turns.Give()
		if done == 0 {
			break
		}
		work.Spend(done*steps.Delivery + steps.Bytes(len(b.Bytes)))
		if err := l.WriteAll(b.Bytes, deadline); err != nil {
			return err
		}
		w.box.flying.Add(int64(-len(b.Bytes)))
		left -= len(b.Bytes)
		d.Messages -= done
		w.Sent += uint64(b.Messages)
		w.Ended += done - b.Messages
		b.Recycle()
		took()
		if work.Over() {
			steps.Pause()
			work = steps.Begin()
		}
	}
	w.box.flying.Add(int64(-left))
	return nil
}

// Rest is how many messages the writer has left unwritten, which are dropped.
func (w *Writer) Rest() (messages int) {
	for _, d := range w.queue {
		if d != nil {
			d.end(false)
			messages += d.Messages
		}
	}
	return messages
}
