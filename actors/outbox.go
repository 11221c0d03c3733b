package actors

import (
	"sync/atomic"
	"time"
)

// outbox is what a connection has still to write, in order. The actor owns it;
// what the writer goroutine has been given is counted in flying.
type outbox struct {
	queue  []*Deliver
	offset int    // bytes of queue[0] that are written
	size   int    // bytes waiting in queue
	sent   uint64 // messages written since they were last counted

	writing bool         // the writer goroutine has the socket
	flying  atomic.Int64 // bytes it has not written yet
}

// coalesce is the largest piece that is copied behind the one before it, so that
// many small deliveries become one write, and a queue that waits wastes nothing.
const coalesce = 2 << 10

// keepQueue is the capacity that an empty queue holds on to.
const keepQueue = 8

// pending is how many bytes are not written.
func (o *outbox) pending() int { return o.size + int(o.flying.Load()) }

// push takes d over.
func (o *outbox) push(d *Deliver) {
	o.size += len(d.bytes)
	if n := len(o.queue); n > 0 && len(d.bytes) <= coalesce && len(d.bytes) <= o.queue[n-1].room() {
		last := o.queue[n-1]
		last.bytes = append(last.bytes, d.bytes...)
		last.messages += d.messages
		d.recycle()
		return
	}
	o.queue = append(o.queue, d)
}

// reply appends a line of the broker's own.
func (o *outbox) reply(line string) {
	o.append(len(line), func(dst []byte) []byte { return append(dst, line...) })
}

// append lets write append up to need bytes.
func (o *outbox) append(need int, write func(dst []byte) []byte) {
	n := len(o.queue)
	if n == 0 || o.queue[n-1].room() < need {
		o.queue = append(o.queue, newDeliver(o.guess(need)))
		n++
	}
	last := o.queue[n-1]
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
	o.queue[0].recycle()
	o.queue[0] = nil
	o.queue = o.queue[1:]
	o.offset = 0
	if len(o.queue) == 0 && cap(o.queue) < keepQueue {
		o.queue = nil
	}
}

// handOver gives everything to a writer.
func (o *outbox) handOver() *writer {
	w := &writer{box: o, queue: o.queue, offset: o.offset}
	o.flying.Store(int64(o.size))
	o.queue, o.offset, o.size, o.writing = nil, 0, 0, true
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
	queue  []*Deliver
	offset int
	sent   uint64 // messages
}

func (w *writer) run(l link, deadline time.Duration) error {
	for i, d := range w.queue {
		if err := l.write(d.bytes[w.offset:], deadline); err != nil {
			return err
		}
		w.box.flying.Add(int64(w.offset - len(d.bytes)))
		w.offset = 0
		w.sent += uint64(d.messages)
		w.queue[i] = nil
		d.recycle()
	}
	return nil
}
