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
}

// newLink returns the fastest link that nc allows.
func newLink(nc net.Conn) Link {
	raw := rawOf(nc)
	if raw == nil {
		return stream{nc}
	}
	return &socket{stream: stream{nc}, raw: raw}
}

func (s *socket) ReadInto(in *inbound.Input) error {
	r := readings.Get().(*reading)
	defer r.end()
	r.in, r.err = in, nil
	in.Begin()
	defer in.EndTurn()
	for {
		r.crowded = false
		if err := s.raw.Read(r.try); err != nil {
			return err
		}
		if !r.crowded {
			return r.err
		}
		in.AwaitTurn()
	}
}

func (s *socket) Offer(p []byte) (int, error) { return offer(s.raw, p) }

// reading is a read under way. A connection has none while it is parked.
type reading struct {
	in      *inbound.Input
	err     error
	crowded bool // it has to wait for its turn
	try     func(fd uintptr) bool
}

var readings = sync.Pool{New: func() any {
	r := new(reading)
	r.try = r.once
	return r
}}

func (r *reading) end() {
	r.in, r.err = nil, nil
	readings.Put(r)
}

// once reports false to be called again when the socket is readable.
func (r *reading) once(fd uintptr) bool {
	if r.crowded = !r.in.MayGoOn(); r.crowded {
		return true
	}
	if !r.in.Wake() {
		r.err = inbound.ErrTaken
		return true
	}
	for {
		space := r.in.Space()
		n, err := syscall.Read(int(fd), space)
		switch {
		case n > 0:
			r.in.W += n
			r.in.Found(n, len(space))
		case errors.Is(err, syscall.EINTR):
			continue
		case errors.Is(err, syscall.EAGAIN):
			r.in.EndTurn()
			r.in.Rest()
			return false
		case err != nil:
			r.err = err
		default:
			r.err = io.EOF
		}
		return true
	}
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
	if err == nil {
		err = o.err
	}
	return o.wrote, err
}
