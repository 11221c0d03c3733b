package transport

import (
	"compress/flate"
	"errors"
	"io"
	"sync"

	"github.com/troupe-mq/troupe/actors/internal/frames"
)

// inflater reads a WebSocket whose messages may be compressed, each by itself. It
// hands on what it has inflated piece by piece, as large as the room for it, so that
// a little that becomes much is bounded by whoever parses it.
type inflater struct {
	web   *WebConn
	raw   [rawSize]byte
	rest  []byte        // of raw, not yet taken apart
	part  frames.Part   // of it, not yet handed on
	ended bool          // all bytes of the message under way have been inflated
	tail  int           // bytes of the tail that have been
	open  bool          // a compressed message is under way
	flate io.ReadCloser // of it
}

// rawSize is how much is read at a time where there may be compression, in bytes.
const rawSize = 4 << 10

// inflaterSize is about what inflating a message takes: the window that it looks
// back to, and tables.
const inflaterSize = 48 << 10

// messageTail takes the place of what a message leaves out, and ends it.
const messageTail = deflateTail + "\x01\x00\x00\xff\xff"

var inflaters sync.Pool

func newInflater(w *WebConn) *inflater { return &inflater{web: w} }

// Read gives what messages say.
func (f *inflater) Read(p []byte) (int, error) {
	for {
		if f.open {
			n, err := f.inflate(p)
			if n > 0 || err != nil {
				return n, err
			}
			continue
		}
		if len(f.part.Bytes) > 0 {
			n := copy(p, f.part.Bytes)
			f.part.Bytes = f.part.Bytes[n:]
			return n, nil
		}
		if err := f.next(); err != nil {
			return 0, err
		}
		if f.part.Compressed {
			f.begin()
		}
	}
}

// next waits for the next piece of a message.
func (f *inflater) next() error {
	for {
		if f.web.end != nil {
			return f.web.end
		}
		if len(f.rest) == 0 {
			n, err := f.web.readRaw(f.raw[:])
			if n == 0 {
				return err
			}
			f.rest = f.raw[:n]
		}
		var some bool
		if f.part, f.rest, some = f.web.nextPart(f.rest); some {
			return nil
		}
	}
}

func (f *inflater) begin() {
	f.open, f.ended, f.tail = true, f.part.Last, 0
	old, ok := inflaters.Get().(io.ReadCloser)
	if !ok {
		f.flate = flate.NewReader((*compressed)(f))
		return
	}
	f.flate = old
	_ = old.(flate.Resetter).Reset((*compressed)(f), nil) // it never fails
}

// inflate reads on in the message under way, and ends it.
func (f *inflater) inflate(p []byte) (int, error) {
	n, err := f.flate.Read(p)
	switch corrupt := flate.CorruptInputError(0); {
	case err == nil:
		return n, nil
	case errors.Is(err, io.EOF):
		return n, f.finish()
	case errors.As(err, &corrupt):
		f.web.fail(frames.InvalidPayload, "invalid compressed data")
		return n, f.web.end
	case f.web.end != nil:
		return n, f.web.end
	default:
		return n, err
	}
}

// finish passes over what a client may have put behind the end, and gives back what
// inflating has taken.
func (f *inflater) finish() error {
	for !f.ended {
		if err := f.more(); err != nil {
			return err
		}
	}
	f.part = frames.Part{}
	inflaters.Put(f.flate)
	f.flate, f.open = nil, false
	return nil
}

// more waits for more of the message under way.
func (f *inflater) more() error {
	if err := f.next(); err != nil {
		return err
	}
	f.ended = f.part.Last
	return nil
}

// compressed is the message under way, as its sender has compressed it, and with its
// tail.
type compressed inflater

func (c *compressed) fill() error {
	for len(c.part.Bytes) == 0 && !c.ended {
		if err := (*inflater)(c).more(); err != nil {
			return err
		}
	}
	return nil
}

func (c *compressed) Read(p []byte) (int, error) {
	if err := c.fill(); err != nil {
		return 0, err
	}
	if n := copy(p, c.part.Bytes); n > 0 {
		c.part.Bytes = c.part.Bytes[n:]
		return n, nil
	}
	n := copy(p, messageTail[c.tail:])
	if c.tail += n; n == 0 && len(p) > 0 {
		return 0, io.EOF
	}
	return n, nil
}

// ReadByte is what keeps package flate from reading ahead.
func (c *compressed) ReadByte() (byte, error) {
	if err := c.fill(); err != nil {
		return 0, err
	}
	if len(c.part.Bytes) > 0 {
		b := c.part.Bytes[0]
		c.part.Bytes = c.part.Bytes[1:]
		return b, nil
	}
	if c.tail == len(messageTail) {
		return 0, io.EOF
	}
	c.tail++
	return messageTail[c.tail-1], nil
}
