package transport

import (
	"net"
	"sync"
	"syscall"
	"time"
)

// This file is a reader without a goroutine (package parking).

// readerState is what others do to a reader. The read deadline is changed under its lock for as long as the reader may park, and by
// the reader's owner from then on.
type readerState struct {
	mu     sync.Mutex
	nudged bool // a read ends, or has ended, because of that
	parked bool
	stays  bool // it does not park any more
}

// Nudge ends a read that waits, or the next one.
func (r *reader) Nudge() {
	s := &r.state
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.stays || s.parked {
		return
	}
	s.nudged = true
	r.interrupt()
}

// nudged reports whether an error is no more than that, and takes it back.
func (r *reader) nudged(err error) bool {
	if !IsTimeout(err) {
		return false
	}
	s := &r.state
	s.mu.Lock()
	defer s.mu.Unlock()
	was := s.nudged
	if was && !s.stays {
		r.relent()
	}
	s.nudged = false
	return was
}

// relent takes back the deadline that was a nudge.
func (r *reader) relent() {
	_ = r.link.Conn().SetReadDeadline(time.Time{}) // it fails if it is closed: that shows
}

// park has the reader go on when something comes. It reports false where it has to wait itself: it keeps a part of a command, that
// it may have to give up; or it cannot be told.
func (r *reader) park() bool {
	fd := descriptorOf(r.link)
	if fd == nil || r.in.Pending() > 0 {
		return false
	}
	s := &r.state
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.stays {
		return false
	}
	r.in.Rest()
	r.lot.Leave(&r.place)
	if s.parked = r.lot.Park(&r.place, fd); !s.parked {
		r.lot.Enter(&r.place, r)
		return false
	}
	r.turns = nil // there are none for it
	return true
}

// Wake has a goroutine go on where the last one has parked.
func (r *reader) Wake() {
	s := &r.state
	s.mu.Lock()
	defer s.mu.Unlock()
	r.wake()
}

// wake is Wake with the lock.
func (r *reader) wake() {
	if s := &r.state; s.parked {
		s.parked, r.turns = false, make(chan turn, turnsAtOnce)
		r.lot.Unpark(&r.place, descriptorOf(r.link))
		r.host.Spawn("reader", r.run)
	}
}

// stopParking has the reader awake from now on.
func (r *reader) stopParking() {
	s := &r.state
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.nudged {
		r.relent()
	}
	s.stays = true
	r.wake()
}

// descriptorOf is the descriptor of the socket that a link reads from, nil if it has none, or if a read must not be ended while
// it waits.
func descriptorOf(l Link) syscall.RawConn {
	switch l := l.(type) {
	case layered:
		return rawOf(l.socket)
	case webLink:
		if l.web.inflater != nil {
			return nil // it takes a read that has timed out in the middle of a message for its end
		}
		return rawOf(l.web.Conn)
	default:
		return rawOf(l.Conn())
	}
}

// rawOf is the descriptor of a socket, nil for what is none.
func rawOf(nc net.Conn) syscall.RawConn {
	sc, ok := nc.(syscall.Conn)
	if !ok {
		return nil
	}
	raw, err := sc.SyscallConn()
	if err != nil {
		return nil
	}
	return raw
}
