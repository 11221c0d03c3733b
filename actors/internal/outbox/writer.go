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

// progressStep is how many bytes are written before it is noted that the client has
// taken them.
const progressStep = 128 << 10

// Run writes all of it, and calls took whenever the client has taken some.
func (w *Writer) Run(l transport.Link, deadline time.Duration, took func()) error {
	for i, d := range w.queue {
		attribute(l, d)
		for rest := d.Bytes[w.offset:]; len(rest) > 0; {
			n := min(len(rest), progressStep)
			if err := l.WriteAll(rest[:n], deadline); err != nil {
				return err
			}
			rest = rest[n:]
			w.box.flying.Add(int64(-n))
			took()
		}
		w.box.lent.Add(int64(-cap(d.Bytes)))
		w.offset = 0
		w.Sent += uint64(d.Messages)
		w.queue[i] = nil
		d.Recycle()
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
