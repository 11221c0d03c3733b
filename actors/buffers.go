package actors

import "sync"

// Outgoing bytes live in buffers of a few sizes that are used again. The third
// is what one full read can turn into, with room for longer sids; the last holds
// a payload of the default limit.
var bufferSizes = [...]int{1 << 10, 8 << 10, 80 << 10, 320 << 10, 1<<20 + 16<<10}

var bufferPools [len(bufferSizes)]sync.Pool

// unpooled is the class of a buffer larger than all of these.
const unpooled = int8(len(bufferSizes))

// deliver hands a connection encoded bytes for its client. It is the message and
// the buffer in one: the receiver owns it and recycles it when it is written.
type deliver struct {
	bytes    []byte
	messages int
	payload  int   // bytes of payload among them
	since    int64 // when it began to wait, in nanoseconds of Unix time; 0 if it did not
	class    int8
	own      bool     // it holds answers of the broker too
	replies  []string // reply subjects that the receiver may answer to
	origin   *Origin  // who has published it, where the receiver wants to know; nil is the receiver itself
}

// newDeliver returns an empty buffer with room for at least size bytes.
func newDeliver(size int) *deliver {
	for class, have := range bufferSizes {
		if size > have {
			continue
		}
		if d, ok := bufferPools[class].Get().(*deliver); ok {
			return d
		}
		return &deliver{bytes: make([]byte, 0, have), class: int8(class)}
	}
	return &deliver{bytes: make([]byte, 0, size), class: unpooled}
}

// room is how many bytes can be appended without growing.
func (d *deliver) room() int { return cap(d.bytes) - len(d.bytes) }

// recycle gives the buffer back. Nobody may use it afterwards.
func (d *deliver) recycle() {
	if d.class == unpooled {
		return
	}
	*d = deliver{bytes: d.bytes[:0], class: d.class}
	bufferPools[d.class].Put(d)
}

// IgnoreDeadLetterLogging keeps bytes for a connection that has just gone out of
// the log: that is an everyday end, and the commit counts it.
func (d *deliver) IgnoreDeadLetterLogging() {}

// readSize is how much one read of a socket takes at most.
const readSize = 64 << 10

var readPool = sync.Pool{New: func() any { b := make([]byte, readSize); return &b }}
