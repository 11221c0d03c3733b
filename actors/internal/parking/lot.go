package parking

import (
	"sync"
	"sync/atomic"
	"syscall"
	"time"

	"github.com/troupe-mq/troupe/actors/internal/host"
)

// Sleeper is a reader that may park.
type Sleeper interface {
	// Nudge ends a read that waits, or the next one: the sleeper is to park.
	Nudge()
	// Wake has it go on. Something may have come. It never blocks.
	Wake()
}

// Place is that of a sleeper. Its methods are the sleeper's alone.
type Place struct {
	who   Sleeper
	index int           // in the list of those that are awake; the lot's
	reads atomic.Uint32 // that have begun or ended: an odd number while it waits in one
	seen  uint32        // how many there were at the look that was the first to find so many; the lot's
	since uint32        // that look; the lot's
	slot  uint32        // while it is parked; the lot's
	spell uint32
}

// Reads is called when a read begins and when it has ended.
func (p *Place) Reads() { p.reads.Add(1) }

// Lot is that of a broker. A nil one lets nobody park.
type Lot struct {
	host  *host.Host
	queue *queue // nil before somebody has parked

	mu      sync.Mutex
	awake   []*Place
	next    int    // in them, to be looked at
	looks   uint32 // so far
	looking bool   // another one is due
	slots   []slot
	free    []uint32 // of them
	none    bool     // there is no queue, or no more
	full    uint32   // nobody is nudged before that look: the system has no room in the queue

	due []token // that the queue has told of; its goroutine's
}

// slot is a parked sleeper, nil for a free slot. A slot is used again and again: spell tells for whom.
type slot struct {
	who   Sleeper
	spell uint32
}

// token says which sleeper the queue tells of.
type token struct{ slot, spell uint32 }

const (
	lookEvery = time.Second // a timer that ends more often costs those who work
	longAgo   = 1           // looks
	restFor   = 60          // looks
	looksAt   = 16384       // places at each look
	// nudgeEvery is the pause between those that are nudged at once. Each of them takes a processor for a moment, and so would
	// keep others from it.
	nudgeEvery   = 5 * time.Millisecond
	nudgedAtOnce = 256
	toldAtOnce   = 256 // events
)

// New is an empty one.
func New(h *host.Host) *Lot { return &Lot{host: h} }

// Enter is called when a sleeper is awake, with a goroutine of its own.
func (l *Lot) Enter(p *Place, who Sleeper) {
	if l == nil {
		return
	}
	p.who = who
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.none {
		return
	}
	p.index, p.since, p.seen = len(l.awake), l.looks, p.reads.Load()
	l.awake = append(l.awake, p)
	l.lookLater()
}

// Leave is called when it is not awake any more: it parks, or has ended.
func (l *Lot) Leave(p *Place) {
	if l == nil {
		return
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	last := len(l.awake) - 1
	if p.index > last || l.awake[p.index] != p {
		return // it is not there: nobody parks
	}
	l.awake[p.index] = l.awake[last]
	l.awake[p.index].index = p.index
	l.awake[last] = nil
	l.awake = l.awake[:last]
}

// Park has the sleeper woken when something comes from its descriptor. It reports false if that cannot be.
func (l *Lot) Park(p *Place, fd syscall.RawConn) bool {
	if !l.open() {
		return false
	}
	l.mu.Lock()
	t := l.take(p.who)
	l.mu.Unlock()
	p.slot, p.spell = t.slot, t.spell
	var err error
	if failed := fd.Control(func(fd uintptr) { err = l.queue.add(fd, t) }); failed == nil && err == nil {
		return true
	}
	l.forget(t)
	l.rest()
	return false
}

// rest has nobody nudged for a while.
func (l *Lot) rest() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.full = l.looks + restFor
}

// Unpark takes the sleeper out, which has been woken.
func (l *Lot) Unpark(p *Place, fd syscall.RawConn) {
	l.forget(token{p.slot, p.spell})
	_ = fd.Control(l.queue.drop) // a socket that is closed has been taken out by that
}

// Parked is how many are parked now.
func (l *Lot) Parked() int {
	if l == nil {
		return 0
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	return len(l.slots) - len(l.free)
}

// take gives a sleeper a slot.
func (l *Lot) take(who Sleeper) token {
	if len(l.free) == 0 {
		l.free = append(l.free, uint32(len(l.slots)))
		l.slots = append(l.slots, slot{})
	}
	last := len(l.free) - 1
	i := l.free[last]
	l.free = l.free[:last]
	s := &l.slots[i]
	s.who, s.spell = who, s.spell+1
	return token{i, s.spell}
}

// forget has a slot free again.
func (l *Lot) forget(t token) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if s := &l.slots[t.slot]; s.spell == t.spell && s.who != nil {
		s.who = nil
		l.free = append(l.free, t.slot)
	}
}

// sleeper is who has parked in a slot, nil if he has gone.
func (l *Lot) sleeper(t token) Sleeper {
	l.mu.Lock()
	defer l.mu.Unlock()
	if int(t.slot) < len(l.slots) && l.slots[t.slot].spell == t.spell {
		return l.slots[t.slot].who
	}
	return nil
}

// lookLater has those looked at that are awake, if there are any. It is called with the lock.
func (l *Lot) lookLater() {
	if !l.looking && len(l.awake) > 0 {
		l.looking = true
		time.AfterFunc(lookEvery, func() { l.host.Spawn("parking", l.look) })
	}
}

// look nudges who has been in the same read for long.
func (l *Lot) look() { l.nudge(l.still()) }

// nudge nudges some, and the others in a moment.
func (l *Lot) nudge(all []Sleeper) {
	n := min(nudgedAtOnce, len(all))
	for _, who := range all[:n] {
		who.Nudge()
	}
	if rest := all[n:]; len(rest) > 0 {
		time.AfterFunc(nudgeEvery, func() { l.host.Spawn("parking", func() { l.nudge(rest) }) })
	}
}

// still are those of the next places who have been in the same read for long.
func (l *Lot) still() (all []Sleeper) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.looking = false
	l.looks++
	for range min(looksAt, len(l.awake)) {
		l.next = (l.next + 1) % len(l.awake)
		p := l.awake[l.next]
		switch n := p.reads.Load(); {
		case n != p.seen:
			p.seen, p.since = n, l.looks
		case n%2 == 1 && l.looks-p.since >= longAgo && l.looks >= l.full:
			p.since = l.looks // it is nudged again later, should it not heed this
			all = append(all, p.who)
		}
	}
	l.lookLater()
	return all
}
