package outbox

import (
	"slices"
	"sync/atomic"
	"time"

	"github.com/troupe-mq/troupe/actors/internal/transport"
	"github.com/troupe-mq/troupe/actors/report"
	"github.com/troupe-mq/troupe/wire"
)

// Outbox is what a connection has still to write, in order. The actor owns it;
// what the writer goroutine has been given is counted in flying.
type Outbox struct {
	Queue  []*Deliver
	Offset int    // bytes of Queue[0] that are written
	size   int    // bytes waiting in Queue
	room   int    // bytes of the buffers in Queue
	Sent   uint64 // messages written since they were last counted

	Writing bool         // the writer goroutine has the socket
	Torn    bool         // it has failed, perhaps in the middle of a message
	Over    <-chan error // what became of its write; closed without a word if it crashed
	flying  atomic.Int64 // bytes it has not written yet
	lent    atomic.Int64 // bytes of the buffers it has
}

// coalesce is the largest piece that is copied behind the one before it, so that
// many small deliveries become one write, and a queue that waits wastes nothing.
const coalesce = 2 << 10

// keepQueue is the capacity that an empty queue holds on to.
const keepQueue = 8

// WriterQuota is how many bytes the writer goroutine is given at a time. The rest stays
// with the actor, which may want to drop some of it.
const WriterQuota = 1 << 20

// Share is how much of an outbox that may hold limit bytes the writer is given:
// with all of it in the writer's hands, only what is new could be dropped.
func Share(limit int) int { return min(WriterQuota, limit/4) }

// Pending is how many bytes are not written.
func (o *Outbox) Pending() int { return o.size + int(o.flying.Load()) }

// Held is how much memory the outbox takes.
func (o *Outbox) Held() int { return o.room + int(o.lent.Load()) }

// Age is how long the oldest message in the queue has waited.
func (o *Outbox) Age(now time.Time) time.Duration {
	if len(o.Queue) == 0 || o.Queue[0].since == 0 {
		return 0
	}
	return now.Sub(time.Unix(0, o.Queue[0].since))
}

// busy reports whether what is pushed now has to wait for something.
func (o *Outbox) busy() bool { return o.Writing || len(o.Queue) > 0 }

// Push takes d over.
func (o *Outbox) Push(d *Deliver) {
	o.size += d.Size()
	if n := len(o.Queue); n > 0 && d.copies == nil && len(d.Bytes) <= coalesce && len(d.Bytes) <= o.Queue[n-1].Room() && d.Origin == o.Queue[n-1].Origin {
		last := o.Queue[n-1]
		last.Bytes = append(last.Bytes, d.Bytes...)
		last.Messages += d.Messages
		last.Payload += d.Payload
		d.Move(last)
		d.Recycle()
		return
	}
	o.add(d)
}

// add appends a buffer, and notes the time if it has to wait.
func (o *Outbox) add(d *Deliver) {
	if o.busy() {
		d.since = time.Now().UnixNano()
	}
	o.room += d.Memory()
	o.Queue = append(o.Queue, d)
}

// Reply appends a line of the broker's own.
func (o *Outbox) Reply(line string) {
	o.Append(len(line), func(dst []byte) []byte { return append(dst, line...) })
}

// Append lets write append up to need bytes.
func (o *Outbox) Append(need int, write func(dst []byte) []byte) {
	n := len(o.Queue)
	if n == 0 || o.Queue[n-1].Room() < need || o.Queue[n-1].Origin != nil {
		o.add(NewDeliver(o.guess(need)))
		n++
	}
	last := o.Queue[n-1]
	last.own = true
	before := len(last.Bytes)
	last.Bytes = write(last.Bytes)
	o.size += len(last.Bytes) - before
}

// Mark notes that what was appended last is a message.
func (o *Outbox) Mark() { o.Queue[len(o.Queue)-1].Messages++ }

// guess is how large a buffer to take when the last one is full: as large as
// what waits already, within reason.
func (o *Outbox) guess(need int) int { return max(need, min(o.size, o.room, FullDeliver)) }

// Offer writes what the socket takes without waiting, and reports whether that
// was everything.
func (o *Outbox) Offer(l transport.Link) (bool, error) {
	for len(o.Queue) > 0 {
		first := o.Queue[0]
		if first.copies != nil {
			return false, nil // it takes its time, and that is the writer's
		}
		attribute(l, first)
		n, err := l.Offer(first.Bytes[o.Offset:])
		o.Offset += n
		o.size -= n
		if err != nil {
			return false, err
		}
		if o.Offset < len(first.Bytes) {
			return false, nil
		}
		o.Sent += uint64(first.Messages)
		if first.watches != nil {
			first.end(true)
		}
		o.drop()
	}
	return true, nil
}

// drop removes the first piece, written or not.
func (o *Outbox) drop() {
	o.room -= o.Queue[0].Memory()
	o.Queue[0].Recycle()
	o.Queue[0] = nil
	o.Queue = o.Queue[1:]
	o.Offset = 0
	if len(o.Queue) == 0 && cap(o.Queue) < keepQueue {
		o.Queue = nil
	}
}

// Shed drops at least excess bytes of messages, from the newest or the oldest
// end, and returns how many messages that were. What has begun to be written,
// and what holds answers of the broker, stays. What is not dropped is not looked at: a full
// outbox may hold sixty thousand pieces, and each message that comes has some shed.
func (o *Outbox) Shed(excess int, newest bool) (messages int) {
	var kept []*Deliver
	from, to := 0, len(o.Queue) // that are not looked at
	for from < to && excess > 0 {
		at := from
		if newest {
			at, to = to-1, to-1
		} else {
			from++
		}
		d := o.Queue[at]
		o.Queue[at] = nil
		if d.own || at == 0 && o.Offset > 0 {
			kept = append(kept, d)
			continue
		}
		messages += d.Messages
		excess -= d.Size()
		o.size -= d.Size()
		o.room -= d.Memory()
		d.Recycle()
	}
	if newest {
		slices.Reverse(kept)
		o.Queue = append(o.Queue[:to], kept...)
		return messages
	}
	from -= copy(o.Queue[from-len(kept):], kept)
	o.Queue = o.Queue[from:]
	return messages
}

// HandOver gives the first pieces to a writer, until those are most bytes.
func (o *Outbox) HandOver(most int) *Writer {
	n, bytes, room := 0, -o.Offset, 0
	for n < len(o.Queue) && (n == 0 || bytes < most) {
		bytes += o.Queue[n].Size()
		room += o.Queue[n].Memory()
		n++
	}
	w := &Writer{box: o, queue: slices.Clone(o.Queue[:n]), offset: o.Offset, Over: make(chan error, 1)}
	o.Over = w.Over
	o.Queue = slices.Delete(o.Queue, 0, n)
	o.flying.Store(int64(bytes))
	o.lent.Store(int64(room))
	o.Offset, o.Writing = 0, true
	o.size -= bytes
	o.room -= room
	return w
}

// Discard forgets everything that the writer has not got, and returns how many
// messages that was.
func (o *Outbox) Discard() (messages int) {
	for len(o.Queue) > 0 {
		messages += o.Queue[0].Messages
		o.drop()
	}
	o.size = 0
	return messages
}

// attributed is a link that wants to know who has published the next piece; nil is
// the client itself.
type attributed interface{ Attribute(origin *report.Origin) }

func attribute(l transport.Link, d *Deliver) {
	if a, ok := l.(attributed); ok {
		a.Attribute(d.Origin)
	}
}

// LastSubject is the subject of the newest message that waits, empty if none does.
func (o *Outbox) LastSubject() string {
	for _, d := range slices.Backward(o.Queue) {
		if s := wire.LastSubject(d.Bytes); s != "" {
			return s
		}
	}
	return ""
}

// Empty reports whether nothing waits but what the writer goroutine has.
func (o *Outbox) Empty() bool { return len(o.Queue) == 0 }
