package actors

import (
	"slices"
	"sync/atomic"
	"time"
)

// outbox is what a connection has still to write, in order. The actor owns it;
// what the writer goroutine has been given is counted in flying.
type outbox struct {
	queue  []*deliver
	offset int    // bytes of queue[0] that are written
	size   int    // bytes waiting in queue
	room   int    // bytes of the buffers in queue
	sent   uint64 // messages written since they were last counted

	writing bool         // the writer goroutine has the socket
	over    <-chan error // what became of its write; closed without a word if it crashed
	torn    bool         // it has failed, perhaps in the middle of a message
	flying  atomic.Int64 // bytes it has not written yet
	lent    atomic.Int64 // bytes of the buffers it has
}

// coalesce is the largest piece that is copied behind the one before it, so that
// many small deliveries become one write, and a queue that waits wastes nothing.
const coalesce = 2 << 10

// keepQueue is the capacity that an empty queue holds on to.
const keepQueue = 8

// lot is how many bytes the writer goroutine is given at a time. The rest stays
// with the actor, which may want to drop some of it.
const lot = 1 << 20

// share is how much of an outbox that may hold limit bytes the writer is given:
// with all of it in the writer's hands, only what is new could be dropped.
func share(limit int) int { return min(lot, limit/4) }

// pending is how many bytes are not written.
func (o *outbox) pending() int { return o.size + int(o.flying.Load()) }

// held is how much memory the outbox takes.
func (o *outbox) held() int { return o.room + int(o.lent.Load()) }

// age is how long the oldest message in the queue has waited.
func (o *outbox) age(now time.Time) time.Duration {
	if len(o.queue) == 0 || o.queue[0].since == 0 {
		return 0
	}
	return now.Sub(time.Unix(0, o.queue[0].since))
}

// busy reports whether what is pushed now has to wait for something.
func (o *outbox) busy() bool { return o.writing || len(o.queue) > 0 }

// push takes d over.
func (o *outbox) push(d *deliver) {
	o.size += len(d.bytes)
	if n := len(o.queue); n > 0 && len(d.bytes) <= coalesce && len(d.bytes) <= o.queue[n-1].room() && d.origin == o.queue[n-1].origin {
		last := o.queue[n-1]
		last.bytes = append(last.bytes, d.bytes...)
		last.messages += d.messages
		last.payload += d.payload
		d.recycle()
		return
	}
	o.add(d)
}

// add appends a buffer, and notes the time if it has to wait.
func (o *outbox) add(d *deliver) {
	if o.busy() {
		d.since = time.Now().UnixNano()
	}
	o.room += cap(d.bytes)
	o.queue = append(o.queue, d)
}

// reply appends a line of the broker's own.
func (o *outbox) reply(line string) {
	o.append(len(line), func(dst []byte) []byte { return append(dst, line...) })
}

// append lets write append up to need bytes.
func (o *outbox) append(need int, write func(dst []byte) []byte) {
	n := len(o.queue)
	if n == 0 || o.queue[n-1].room() < need || o.queue[n-1].origin != nil {
		o.add(newDeliver(o.guess(need)))
		n++
	}
	last := o.queue[n-1]
	last.own = true
	before := len(last.bytes)
	last.bytes = write(last.bytes)
	o.size += len(last.bytes) - before
}

// mark notes that what was appended last is a message.
func (o *outbox) mark() { o.queue[len(o.queue)-1].messages++ }

// guess is how large a buffer to take when the last one is full: as large as
// what waits already, within reason.
func (o *outbox) guess(need int) int { return max(need, min(o.size, fullDeliver)) }

// offer writes what the socket takes without waiting, and reports whether that
// was everything.
func (o *outbox) offer(l link) (bool, error) {
	for len(o.queue) > 0 {
		first := o.queue[0]
		attribute(l, first)
		n, err := l.offer(first.bytes[o.offset:])
		o.offset += n
		o.size -= n
		if err != nil {
			return false, err
		}
		if o.offset < len(first.bytes) {
			return false, nil
		}
		o.sent += uint64(first.messages)
		o.drop()
	}
	return true, nil
}

// drop removes the first piece, written or not.
func (o *outbox) drop() {
	o.room -= cap(o.queue[0].bytes)
	o.queue[0].recycle()
	o.queue[0] = nil
	o.queue = o.queue[1:]
	o.offset = 0
	if len(o.queue) == 0 && cap(o.queue) < keepQueue {
		o.queue = nil
	}
}

// shed drops at least excess bytes of messages, from the newest or the oldest
// end, and returns how many messages that were. What has begun to be written,
// and what holds answers of the broker, stays.
func (o *outbox) shed(excess int, newest bool) (messages int) {
	kept := o.queue[:0:0]
	for i := range o.queue {
		at := i
		if newest {
			at = len(o.queue) - 1 - i
		}
		d := o.queue[at]
		if excess <= 0 || d.own || at == 0 && o.offset > 0 {
			kept = append(kept, d)
			continue
		}
		messages += d.messages
		excess -= len(d.bytes)
		o.size -= len(d.bytes)
		o.room -= cap(d.bytes)
		d.recycle()
	}
	if newest {
		slices.Reverse(kept)
	}
	o.queue = kept
	return messages
}

// handOver gives the first pieces to a writer, until those are most bytes.
func (o *outbox) handOver(most int) *writer {
	n, bytes, room := 0, -o.offset, 0
	for n < len(o.queue) && (n == 0 || bytes < most) {
		bytes += len(o.queue[n].bytes)
		room += cap(o.queue[n].bytes)
		n++
	}
	w := &writer{box: o, queue: slices.Clone(o.queue[:n]), offset: o.offset, over: make(chan error, 1)}
	o.over = w.over
	o.queue = slices.Delete(o.queue, 0, n)
	o.flying.Store(int64(bytes))
	o.lent.Store(int64(room))
	o.offset, o.writing = 0, true
	o.size -= bytes
	o.room -= room
	return w
}

// discard forgets everything that the writer has not got, and returns how many
// messages that was.
func (o *outbox) discard() (messages int) {
	for len(o.queue) > 0 {
		messages += o.queue[0].messages
		o.drop()
	}
	o.size = 0
	return messages
}

// writer writes what the socket did not take at once. It runs in a goroutine of
// its own, for as long as that takes.
type writer struct {
	box    *outbox
	queue  []*deliver
	offset int
	sent   uint64     // messages
	over   chan error // holds one
}

// run writes all of it, and calls took after each piece.
func (w *writer) run(l link, deadline time.Duration, took func()) error {
	for i, d := range w.queue {
		attribute(l, d)
		if err := l.write(d.bytes[w.offset:], deadline); err != nil {
			return err
		}
		w.box.flying.Add(int64(w.offset - len(d.bytes)))
		w.box.lent.Add(int64(-cap(d.bytes)))
		w.offset = 0
		w.sent += uint64(d.messages)
		w.queue[i] = nil
		d.recycle()
		took()
	}
	return nil
}
