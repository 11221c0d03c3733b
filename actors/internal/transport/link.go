package transport

import (
	"errors"
	"net"
	"time"

	"github.com/troupe-mq/troupe/actors/internal/inbound"
	"github.com/troupe-mq/troupe/actors/report"
)

// Link is how the bytes of one connection travel.
type Link interface {
	// ReadInto waits for bytes and adds them to in. It is the reader's alone.
	ReadInto(in *inbound.Input) error
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

// stream is a link over any net.Conn: a pipe, TLS, and what a WebSocket has beside its own. What it cannot do
// is write without waiting, so all its output goes by the writer goroutine.
type stream struct{ nc net.Conn }

func (s stream) Conn() net.Conn { return s.nc }

func (s stream) ReadInto(in *inbound.Input) error {
	if in.Unfinished() {
		return s.readBeside(in)
	}
	free := in.Own()
	n, err := s.read(in, free)
	in.Found(n, len(free))
	in.W += n
	if n > 0 {
		return nil
	}
	return err
}

// read reads, and notes whether that was waited for. A layer below brings one record or block at a time, however little is in it.
func (s stream) read(in *inbound.Input, p []byte) (int, error) {
	began := time.Now()
	n, err := s.nc.Read(p)
	in.FoundAtOnce(time.Since(began) <= prompt)
	return n, err
}

// readBeside reads what an unfinished command is waiting for. The stream has a buffer
// of its own in hand meanwhile, so that what has come already can be taken.
func (s stream) readBeside(in *inbound.Input) error {
	hand := in.Beside()
	defer inbound.PutBeside(hand)
	in.Rest()
	n, err := s.read(in, *hand)
	if !in.MayTake(n) {
		in.AwaitTurn()
	}
	defer in.EndTurn()
	if !in.Wake() {
		return inbound.ErrTaken
	}
	in.KeepBeside(0)
	in.Found(n, len(*hand))
	in.Add((*hand)[:n])
	if n > 0 {
		return nil
	}
	return err
}

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
