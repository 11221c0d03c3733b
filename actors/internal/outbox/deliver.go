package outbox

import (
	"sync"

	"github.com/troupe-mq/troupe/actors/internal/fair"
	"github.com/troupe-mq/troupe/actors/report"
)

// Outgoing bytes live in buffers of a few sizes that are used again. The third
// is what one full read can turn into, with room for longer sids; the last holds
// a payload of the default limit.
var bufferSizes = [...]int{1 << 10, 8 << 10, 80 << 10, 320 << 10, 1<<20 + 16<<10}

var bufferPools [len(bufferSizes)]sync.Pool

// unpooled is the class of a buffer larger than all of these.
const unpooled = int8(len(bufferSizes))

// Deliver hands a connection encoded bytes for its client. It is the message and
// the buffer in one: the receiver owns it and recycles it when it is written.
type Deliver struct {
	Bytes    []byte
	Messages int
	Payload  int   // bytes of payload among them
	since    int64 // when it began to wait, in nanoseconds of Unix time; 0 if it did not
	class    int8
	own      bool           // it holds answers of the broker too
	Replies  []string       // reply subjects that the receiver may answer to: see Note
	noted    int            // bytes of these
	By       fair.Owner     // whose these are
	copies   Copies         // what Bytes are not yet; nil for nearly all
	size     int            // of them
	Origin   *report.Origin // who has published it, where the receiver wants to know; nil is the receiver itself
	watches  []Watch        // of messages that are traced; nil for nearly all
}

// NewDeliver returns an empty buffer with room for at least size bytes.
func NewDeliver(size int) *Deliver {
	for class, have := range bufferSizes {
		if size > have {
			continue
		}
		if d, ok := bufferPools[class].Get().(*Deliver); ok {
			return d
		}
		return &Deliver{Bytes: make([]byte, 0, have), class: int8(class)}
	}
	return &Deliver{Bytes: make([]byte, 0, size), class: unpooled}
}

// noteRoom is how much memory a reply subject takes beside its bytes.
const noteRoom = 32

// Note adds reply subjects that the receiver may answer to. They count with the bytes
// until it has noted them.
func (d *Deliver) Note(replies ...string) {
	for _, r := range replies {
		d.noted += len(r) + noteRoom
	}
	d.Replies = append(d.Replies, replies...)
}

// Noted forgets them: the receiver has them.
func (d *Deliver) Noted() { d.Replies, d.noted = nil, 0 }

// Room is how many bytes can be appended without growing.
func (d *Deliver) Room() int { return cap(d.Bytes) - len(d.Bytes) }

// Size is how many bytes a piece is to its client.
func (d *Deliver) Size() int {
	if d.copies != nil {
		return d.size
	}
	return len(d.Bytes)
}

// Claim is how many bytes it counts against what may wait for one client.
func (d *Deliver) Claim() int {
	if d.copies != nil {
		return d.size
	}
	return cap(d.Bytes) + d.noted
}

// Memory is how many bytes it takes.
func (d *Deliver) Memory() int {
	if d.copies != nil {
		return d.copies.Most() + copiesRoom
	}
	return cap(d.Bytes) + d.noted
}

// Recycle gives the buffer back. Nobody may use it afterwards. What is not written by then is dropped.
func (d *Deliver) Recycle() {
	if d.watches != nil {
		d.end(false)
	}
	if d.class == unpooled {
		return
	}
	*d = Deliver{Bytes: d.Bytes[:0], class: d.class}
	bufferPools[d.class].Put(d)
}

// IgnoreDeadLetterLogging keeps bytes for a connection that has just gone out of
// the log: that is an everyday end, and the commit counts it.
func (d *Deliver) IgnoreDeadLetterLogging() {}

// FullDeliver is how many bytes one deliver gathers before it is sent off.
const FullDeliver = 72 << 10
