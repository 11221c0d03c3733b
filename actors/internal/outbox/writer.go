package outbox

import (
	"time"

	"github.com/troupe-mq/troupe/actors/internal/transport"
)

// Writer writes what the socket did not take at once. It runs in a goroutine of
// its own, for as long as that takes.
type Writer struct {
	box    *Outbox
	queue  []*Deliver
	offset int
	Sent   uint64     // messages
	Over   chan error // holds one
}

// Run writes all of it, and calls took after each piece.
func (w *Writer) Run(l transport.Link, deadline time.Duration, took func()) error {
	for i, d := range w.queue {
		attribute(l, d)
		if err := l.WriteAll(d.Bytes[w.offset:], deadline); err != nil {
			return err
		}
		w.box.flying.Add(int64(w.offset - len(d.Bytes)))
		w.box.lent.Add(int64(-cap(d.Bytes)))
		w.offset = 0
		w.Sent += uint64(d.Messages)
		w.queue[i] = nil
		d.Recycle()
		took()
	}
	return nil
}

// Rest is how many messages the writer has left unwritten.
func (w *Writer) Rest() (messages int) {
	for _, d := range w.queue {
		if d != nil {
			messages += d.Messages
		}
	}
	return messages
}
