package transport

import (
	"hash/maphash"
	"net"
	"os"
	"sync"
	"time"

	"github.com/troupe-mq/troupe/actors/internal/fair"
	"github.com/troupe-mq/troupe/actors/internal/steps"
)

// HandshakeSlots is where handshakes compute: as many at a time as it has slots. Those who wait have their turn address by address, and in
// an address port by port. So a flood waits behind itself, and keeps neither others out nor those who come from the same host to
// another port.
type HandshakeSlots struct {
	most int

	mu      sync.Mutex
	taken   int
	waiting fair.Queue[*slotWait]
}

// slotWait is a handshake that waits.
type slotWait struct {
	by    fair.Owner
	given chan struct{} // closed when it has a slot
}

// NewHandshakeSlots has that many slots.
func NewHandshakeSlots(most int) *HandshakeSlots { return &HandshakeSlots{most: most} }

var slotSeed = maphash.MakeSeed()

// shaker is whose turn a handshake is.
func shaker(nc net.Conn) fair.Owner {
	_, port := SplitAddr(nc.LocalAddr())
	return fair.Owner{Account: maphash.Comparable(slotSeed, IPOf(nc)), Client: uint64(port)} //nolint:gosec // a port is not negative
}

// Enter waits for a slot: until then, or until its connection has given way.
func (s *HandshakeSlots) Enter(nc net.Conn, until time.Time, gaveWay <-chan struct{}) error {
	if w := s.enter(nc); w != nil {
		return s.await(w, until, gaveWay)
	}
	return nil
}

// await is the waiting of Enter. Who has waited lets others go first: handshakes that follow each other without a pause would have a
// processor for themselves, and nobody would look for what clients have sent.
func (s *HandshakeSlots) await(w *slotWait, until time.Time, gaveWay <-chan struct{}) error {
	late := time.NewTimer(time.Until(until))
	defer late.Stop()
	select {
	case <-w.given:
		steps.Yield()
		return nil
	case <-late.C:
		s.giveUp(w)
		return os.ErrDeadlineExceeded
	case <-gaveWay:
		s.giveUp(w)
		return ErrGaveWay
	}
}

// enter takes a slot. If there is none it returns what waits for one.
func (s *HandshakeSlots) enter(nc net.Conn) *slotWait {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.taken < s.most {
		s.taken++
		return nil
	}
	w := &slotWait{by: shaker(nc), given: make(chan struct{})}
	s.waiting.Push(w, w.by)
	return w
}

// giveUp waits no more. A slot that was given meanwhile is the next one's.
func (s *HandshakeSlots) giveUp(w *slotWait) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if !s.waiting.Remove(w.by, func(o *slotWait) bool { return o == w }) {
		s.next()
	}
}

// Leave gives a slot to whose turn it is.
func (s *HandshakeSlots) Leave() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.next()
}

// next is Leave with the lock.
func (s *HandshakeSlots) next() {
	if w, waits := s.waiting.Pop(); waits {
		close(w.given)
		return
	}
	s.taken--
}

// Len is how many compute.
func (s *HandshakeSlots) Len() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.taken
}

// Cap is how many may compute.
func (s *HandshakeSlots) Cap() int { return s.most }
