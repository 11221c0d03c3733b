package transport

import (
	"errors"
	"net"
	"time"

	"github.com/troupe-mq/troupe/actors/report"
)

// Link is how the bytes of one connection travel.
type Link interface {
	// ReadInto waits for bytes and adds them to in. It is the reader's alone.
	ReadInto(in *Input) error
	// Offer writes what fits without waiting, and says how much that was. It
	// must not be called while a write is under way.
	Offer(p []byte) (int, error)
	// WriteAll writes all of p, failing when there is no progress for the deadline.
	WriteAll(p []byte, deadline time.Duration) error
	// HangUp tells the client that nothing more will come, where the transport
	// can say so.
	HangUp(why report.CloseReason)
	// Polite reports whether hanging up is more than a close: it may wait then,
	// and is not for an actor to do.
	Polite() bool
	// Abort closes without a word, and never waits.
	Abort()
	Conn() net.Conn
}

// linked is a net.Conn with a link of its own.
type linked interface{ Link() Link }

// LinkOf returns the link that nc is made for, or the fastest that it allows.
func LinkOf(nc net.Conn) Link {
	if own, ok := nc.(linked); ok {
		return own.Link()
	}
	return newLink(nc)
}

// stream is a link over any net.Conn: below TLS and WebSocket, and a pipe. What it cannot do
// is write without waiting, so all its output goes by the writer goroutine.
type stream struct{ nc net.Conn }

func (s stream) Conn() net.Conn { return s.nc }

func (s stream) ReadInto(in *Input) error {
	if in.Pending() > 0 || in.besides > 0 {
		return s.readBeside(in)
	}
	free := in.own()
	n, err := s.nc.Read(free)
	in.found(n, len(free))
	in.W += n
	if n > 0 {
		return nil
	}
	return err
}

// found notes what a read of a stream brought, and how much it had room for.
func (in *Input) found(n, room int) { in.full, in.scant = n == room, n < room/4 }

// idleStream is the largest buffer that a stream waits with if the last read has not
// filled it: a record of TLS fits.
const idleStream = 16 << 10

// own is space without borrowing, for a stream waits inside Read, buffer in hand. Nothing
// is unfinished. The buffer doubles while reads fill it, and becomes small again when one
// finds next to nothing.
func (in *Input) own() []byte {
	size := max(len(in.Buf), smallInput)
	switch {
	case in.full:
		size = min(2*size, readSize)
	case in.scant:
		size = min(max(size/2, smallInput), idleStream)
	default:
		size = min(size, idleStream)
	}
	in.R, in.W = 0, 0
	if size != len(in.Buf) {
		in.move(size)
	}
	in.account()
	return in.Buf
}

// readBeside reads what an unfinished command is waiting for. The stream has a buffer
// of its own in hand meanwhile, so that what has come already can be taken.
func (s stream) readBeside(in *Input) error {
	size := idleStream
	if in.full {
		size = readSize
	}
	hand := buffers.get(size)
	defer buffers.put(hand)
	in.besides += int32(size)
	in.rest()
	n, err := s.nc.Read(*hand)
	if !in.stake.mayTake(n) {
		in.stake.awaitTurn()
	}
	defer in.stake.endTurn()
	if !in.wake() {
		return errTaken
	}
	in.besides = 0
	in.found(n, size)
	in.add((*hand)[:n])
	if n > 0 {
		return nil
	}
	return err
}

// errTaken ends a read whose unfinished command had to go.
var errTaken = errors.New("troupe: what was read before is gone")

func (s stream) Offer([]byte) (int, error) { return 0, nil }

// WriteAll leaves no deadline behind, whatever comes of it: offer would fail at once
// when that has passed.
func (s stream) WriteAll(p []byte, deadline time.Duration) error {
	defer func() { _ = s.nc.SetWriteDeadline(time.Time{}) }() // it fails if the socket is closed already
	for len(p) > 0 {
		if err := s.nc.SetWriteDeadline(time.Now().Add(deadline)); err != nil {
			return err
		}
		n, err := s.nc.Write(p)
		p = p[n:]
		if err != nil && (n == 0 || !IsTimeout(err)) {
			return err
		}
	}
	return nil
}

func (s stream) Polite() bool { return false }

func (s stream) Abort() { s.nc.Close() }

func (s stream) HangUp(report.CloseReason) {
	if h, ok := s.nc.(interface{ CloseWrite() error }); ok {
		_ = h.CloseWrite() // the close that follows tells the same, less gently
		return
	}
	s.nc.Close() // it knows no half-closing
}

// IsTimeout reports whether an error says that a deadline has passed.
func IsTimeout(err error) bool {
	t, ok := err.(net.Error) //nolint:errorlint // net.Conn returns it unwrapped
	return ok && t.Timeout()
}

// ErrLeft is what writing comes to when the client has ended by itself.
var ErrLeft = errors.New("troupe: the client has left")
