package actors

import (
	"net"
	"time"
)

// link is how the bytes of one connection travel.
type link interface {
	// read waits for bytes and adds them to in. It is the reader's alone.
	read(in *input) error
	// offer writes what fits without waiting, and says how much that was. It
	// must not be called while a write is under way.
	offer(p []byte) (int, error)
	// write writes all of p, failing when there is no progress for the deadline.
	write(p []byte, deadline time.Duration) error
	// hangUp tells the client that nothing more will come, where the transport
	// can say so.
	hangUp(why CloseReason)
	// polite reports whether hanging up is more than a close: it may wait then,
	// and is not for an actor to do.
	polite() bool
	// abort closes without a word, and never waits.
	abort()
	conn() net.Conn
}

// linkOf returns the link that nc is made for, or the fastest that it allows.
func linkOf(nc net.Conn) link {
	switch nc := nc.(type) {
	case *webConn:
		return nc.link()
	case *hatch:
		return nc
	default:
		return newLink(nc)
	}
}

// stream is a link over any net.Conn: below TLS and WebSocket, and a pipe. What it cannot do
// is write without waiting, so all its output goes by the writer goroutine.
type stream struct{ nc net.Conn }

func (s stream) conn() net.Conn { return s.nc }

func (s stream) read(in *input) error {
	free := in.own()
	n, err := s.nc.Read(free)
	in.found(n, len(free))
	if n > 0 {
		return nil
	}
	return err
}

// found notes what a read of a stream brought, and how much it had room for.
func (in *input) found(n, room int) {
	in.w += n
	in.full, in.scant = n == room, n < len(in.buf)/4
}

// own is space without borrowing: a stream waits inside Read, buffer in hand. The
// buffer doubles while reads fill it, and becomes small again when one finds
// next to nothing.
func (in *input) own() []byte {
	n := in.pending()
	size := len(in.buf)
	switch {
	case size < smallInput:
		size = smallInput
	case in.full && size < readSize, n == size:
		size *= 2
	case in.scant && size > smallInput && n < size/4:
		size = max(smallInput, size/2)
	}
	if size = max(size, min(2*n, in.want)); size != len(in.buf) {
		old := in.buf[in.r:in.w]
		in.buf = make([]byte, size)
		in.r, in.w = 0, copy(in.buf, old)
	} else if in.r > 0 {
		in.r, in.w = 0, copy(in.buf, in.buf[in.r:in.w])
	}
	return in.buf[in.w:]
}

func (s stream) offer([]byte) (int, error) { return 0, nil }

// write leaves no deadline behind, whatever comes of it: offer would fail at once
// when that has passed.
func (s stream) write(p []byte, deadline time.Duration) error {
	defer func() { _ = s.nc.SetWriteDeadline(time.Time{}) }() // it fails if the socket is closed already
	for len(p) > 0 {
		if err := s.nc.SetWriteDeadline(time.Now().Add(deadline)); err != nil {
			return err
		}
		n, err := s.nc.Write(p)
		p = p[n:]
		if err != nil && (n == 0 || !isTimeout(err)) {
			return err
		}
	}
	return nil
}

func (s stream) polite() bool { return false }

func (s stream) abort() { s.nc.Close() }

func (s stream) hangUp(CloseReason) {
	if h, ok := s.nc.(interface{ CloseWrite() error }); ok {
		_ = h.CloseWrite() // the close that follows tells the same, less gently
		return
	}
	s.nc.Close() // it knows no half-closing
}

func isTimeout(err error) bool {
	t, ok := err.(net.Error) //nolint:errorlint // net.Conn returns it unwrapped
	return ok && t.Timeout()
}
