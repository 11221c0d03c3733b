//go:build unix

package transport

import (
	"errors"
	"io"
	"net"
	"sync"
	"syscall"

	"github.com/troupe-mq/troupe/actors/internal/inbound"
)

// socket is a link over a TCP or Unix socket, by the file descriptor. Reading
// takes a buffer only when there is something to read, so that an idle
// connection holds none; writing goes straight to the kernel from wherever the
// connection's actor happens to run.
type socket struct {
	stream
	raw syscall.RawConn

	in      *inbound.Input // the read under way
	readErr error
	crowded bool // it has to wait for its turn
	readFn  func(fd uintptr) bool

	out      []byte // the write under way
	wrote    int
	writeErr error
	writeFn  func(fd uintptr) bool
}

// newLink returns the fastest link that nc allows.
func newLink(nc net.Conn) Link {
	raw := rawOf(nc)
	if raw == nil {
		return stream{nc}
	}
	s := &socket{stream: stream{nc}, raw: raw}
	s.readFn, s.writeFn = s.tryRead, s.tryWrite
	return s
}

func (s *socket) ReadInto(in *inbound.Input) error {
	s.in, s.readErr = in, nil
	in.Begin()
	defer in.EndTurn()
	for {
		s.crowded = false
		if err := s.raw.Read(s.readFn); err != nil {
			return err
		}
		if !s.crowded {
			return s.readErr
		}
		in.AwaitTurn()
	}
}

// tryRead reports false to be called again when the socket is readable.
func (s *socket) tryRead(fd uintptr) bool {
	if s.crowded = !s.in.MayGoOn(); s.crowded {
		return true
	}
	if !s.in.Wake() {
		s.readErr = inbound.ErrTaken
		return true
	}
	for {
		space := s.in.Space()
		n, err := syscall.Read(int(fd), space)
		switch {
		case n > 0:
			s.in.W += n
			s.in.Found(n, len(space))
		case errors.Is(err, syscall.EINTR):
			continue
		case errors.Is(err, syscall.EAGAIN):
			s.in.EndTurn()
			s.in.Rest()
			return false
		case err != nil:
			s.readErr = err
		default:
			s.readErr = io.EOF
		}
		return true
	}
}

func (s *socket) Offer(p []byte) (int, error) {
	s.out, s.wrote, s.writeErr = p, 0, nil
	if err := s.raw.Write(s.writeFn); err != nil {
		return 0, err
	}
	s.out = nil
	return s.wrote, s.writeErr
}

// tryWrite always reports true: what does not fit is not waited for here.
func (s *socket) tryWrite(fd uintptr) bool {
	s.wrote, s.writeErr = writeSome(fd, s.out)
	return true
}

// writeSome writes what fits.
func writeSome(fd uintptr, p []byte) (wrote int, err error) {
	for wrote < len(p) {
		n, err := syscall.Write(int(fd), p[wrote:])
		switch {
		case n > 0:
			wrote += n
		case errors.Is(err, syscall.EINTR):
		case errors.Is(err, syscall.EAGAIN):
			return wrote, nil
		default:
			return wrote, err
		}
	}
	return wrote, nil
}

// offering is a write that does not wait, of whoever keeps nothing for that.
type offering struct {
	out   []byte
	wrote int
	err   error
	try   func(fd uintptr) bool
}

var offerings = sync.Pool{New: func() any {
	o := new(offering)
	o.try = func(fd uintptr) bool {
		o.wrote, o.err = writeSome(fd, o.out)
		return true
	}
	return o
}}

// offer writes what fits into a socket, and says how much that was.
func offer(raw syscall.RawConn, p []byte) (int, error) {
	o := offerings.Get().(*offering)
	defer offerings.Put(o)
	o.out, o.wrote, o.err = p, 0, nil
	err := raw.Write(o.try)
	o.out = nil
	return o.wrote, errors.Join(err, o.err)
}
