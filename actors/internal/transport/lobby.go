package transport

import (
	"container/list"
	"errors"
	"net"
	"net/netip"
	"sync"
	"sync/atomic"
	"time"
)

// Lobby is where clients are that have come and are not in yet: in the middle of a
// handshake, or of a request. It has so many places. When all are taken, whoever
// comes next takes the place of the one that deserves it least: of the address that
// has most of them, the client that has made no progress for longest. So those who
// keep places and do nothing cost each other theirs, and nobody else.
type Lobby struct {
	most int

	mu    sync.Mutex
	taken int
	by    map[netip.Addr]*list.List // of *Place, who has made no progress for longest first
}

// Place is what one client has in a lobby.
type Place struct {
	lobby  *Lobby
	nc     net.Conn
	from   netip.Addr
	moved  time.Time // when it was taken, or its client last made progress
	credit int       // how often progress still counts
	at     *list.Element
	given  chan struct{} // closed when it was needed for somebody else
	still  atomic.Bool   // progress counts no more: it is not worth the lock
}

// progressCredit is how many reads of a client count as progress: more than a
// handshake needs, and too few to stay by sending one byte after the other.
const progressCredit = 8

// ErrGaveWay is why a handshake fails whose place was needed.
var ErrGaveWay = errors.New("it took too long while others waited")

// NewLobby is one with so many places.
func NewLobby(places int) *Lobby {
	return &Lobby{most: places, by: map[netip.Addr]*list.List{}}
}

// Enter gives a client a place. Another one's connection is closed if there is none
// left. It keeps nobody waiting.
func (l *Lobby) Enter(nc net.Conn) *Place {
	p := &Place{lobby: l, nc: nc, from: IPOf(nc), moved: time.Now(), credit: progressCredit, given: make(chan struct{})}
	if gone := l.enter(p); gone != nil {
		gone.nc.Close()
	}
	return p
}

func (l *Lobby) enter(p *Place) (gone *Place) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.taken >= l.most {
		if gone = l.least(p.from); gone != nil {
			close(gone.given)
			l.remove(gone)
		}
	}
	all := l.by[p.from]
	if all == nil {
		all = list.New()
		l.by[p.from] = all
	}
	p.at = all.PushBack(p)
	l.taken++
	return gone
}

// least is who deserves a place least when one more client comes from an address.
func (l *Lobby) least(from netip.Addr) (least *Place) {
	most := 0
	for address, all := range l.by {
		n, first := all.Len(), all.Front().Value.(*Place)
		if address == from {
			n++
		}
		if n > most || n == most && first.moved.Before(least.moved) {
			most, least = n, first
		}
	}
	return least
}

func (l *Lobby) remove(p *Place) {
	all := l.by[p.from]
	all.Remove(p.at)
	if all.Len() == 0 {
		delete(l.by, p.from)
	}
	p.at = nil
	l.taken--
}

// Progress notes that the client has sent something. A nil place is no place.
func (p *Place) Progress() {
	if p == nil || p.still.Load() {
		return
	}
	p.lobby.mu.Lock()
	defer p.lobby.mu.Unlock()
	if p.at == nil || p.credit == 0 {
		p.still.Store(true)
		return
	}
	p.credit--
	p.moved = time.Now()
	p.lobby.by[p.from].MoveToBack(p.at)
}

// Leave gives the place up. A nil place is no place.
func (p *Place) Leave() {
	if p == nil {
		return
	}
	p.lobby.mu.Lock()
	defer p.lobby.mu.Unlock()
	if p.at != nil {
		p.lobby.remove(p)
	}
}

// Given is closed when the place was needed for somebody else.
func (p *Place) Given() <-chan struct{} {
	if p == nil {
		return nil
	}
	return p.given
}

// GaveWay reports whether the place was needed for somebody else.
func (p *Place) GaveWay() bool {
	select {
	case <-p.given:
		return true
	default:
		return false
	}
}
