package feed

import (
	"sync"
	"sync/atomic"
	"time"

	"github.com/asynkron/protoactor-go/actor"

	"github.com/troupe-mq/troupe/actors/internal/batch"
	"github.com/troupe-mq/troupe/actors/internal/host"
	"github.com/troupe-mq/troupe/actors/tap"
	"github.com/troupe-mq/troupe/topics"
)

// Feed stands between the connections and the actor of one tap. It outlives the
// actor's crashes. It is no actor itself but a queue under a lock: a commit does no
// more than append to it, and what the tap does with its goroutine, even if it
// never comes back, is nothing to anybody else.
//
// A chunk is waiting until it is given to the tap, as part of a handover, and given
// until the tap has taken it. What is given to an actor that dies waits again.
type Feed struct {
	host  *host.Host
	set   *Set // that it is one of
	Spec  tap.Spec
	pid   *actor.PID
	path  string
	every bool // it wants all subjects
	lives bool // it wants the lifecycle
	meets bool // it wants who comes and who goes, which is a part of that
	looks bool // it looks at commits

	full  atomic.Bool   // it is losing: commits only count
	ended chan struct{} // closed when nothing is left, and nothing will come
	gone  chan struct{} // closed when its actor has ended for good

	mu      sync.Mutex
	waiting chunks
	given   []*handover
	waits   []*Wait // the batches that wait for the tap, oldest first
	bytes   int     // of what is waiting and given
	taken   uint64  // records
	lost    uint64
	intact  uint64 // of them, those before it last began to lose
	losing  bool
	stuck   bool      // nothing was taken for a long time
	awake   bool      // its actor has been told that there is something
	closing bool      // nothing more is let in
	heir    *Feed     // who is told in its place from then on, nil for nobody
	leftOff string    // why the tap is told nothing any more; empty while it is told
	moved   time.Time // when it last took something, or began to have something to take
	begun   time.Time // when what waits began to wait
	gather  alarm     // rings when MaxDelay is over: what waits is given to the tap
	late    alarm     // rings when the oldest wait is due
	idle    alarm     // rings when the tap may be stuck
	todo    todo
}

// todo is what is to be done when the lock is open again.
type todo struct {
	wake     bool
	released []*Wait
	notices  []notice
}

// newFeed makes the feed of a tap whose spec is whole.
func newFeed(set *Set, spec tap.Spec) *Feed {
	f := &Feed{
		host: set.Host, set: set, Spec: spec, path: host.Path(host.Taps, spec.Name),
		lives: spec.Feeds&tap.Lifecycle != 0,
		meets: spec.Feeds&tap.Presence != 0, looks: spec.Feeds&(tap.Lifecycle|tap.Commands) != 0,
		ended: make(chan struct{}), gone: make(chan struct{}),
	}
	for _, pattern := range spec.Subjects {
		f.every = f.every || pattern == ">"
	}
	f.pid = f.host.PID(f.path)
	f.gather.ring, f.late.ring, f.idle.ring = f.gathered, f.expire, f.lookAtIt
	return f
}

// unlock opens the lock, and then does what must not be done under it: posting may
// mean running.
func (f *Feed) unlock() {
	t := f.todo
	f.todo = todo{}
	f.mu.Unlock()
	for _, w := range t.released {
		w.release()
	}
	if t.wake {
		f.host.Send(f.pid, msgTapWork)
	}
	for _, n := range t.notices {
		f.announce(n)
	}
}

// wants reports whether messages of a subject are for the tap.
func (f *Feed) wants(subject []byte) bool {
	if f.Spec.Feeds&tap.Commands == 0 {
		return false
	}
	if f.every {
		return true
	}
	for _, pattern := range f.Spec.Subjects {
		if topics.MatchesBytes(pattern, subject) {
			return true
		}
	}
	return false
}

// tell is given what a commit has carried out.
func (f *Feed) tell(b *batch.Batch, at stamp, from, to int) {
	if f.full.Load() {
		if n, _ := f.count(b, from, to); n > 0 {
			f.mu.Lock()
			defer f.unlock()
			f.lose(n, at.time, at.time, lossOverrun)
			f.rouse()
		}
		return
	}
	if found := f.capture(b, at, from, to, afterwards); found.first != nil {
		f.offer(found, f.Spec.MaxBytes-f.Spec.MaxBytes/lifeShare)
	}
}

// lifeShare is which part of MaxBytes is kept for the lifecycle feed: who came and
// who went is to be known also when messages are lost.
const lifeShare = 8

// note is given an event of the lifecycle feed.
func (f *Feed) note(r tap.Record) {
	var q chunks
	q.push(readyChunk(r))
	f.offer(q, f.Spec.MaxBytes)
}

// offer lets in what fits.
func (f *Feed) offer(q chunks, most int) {
	f.mu.Lock()
	if heir := f.heir; heir != nil {
		f.mu.Unlock()
		heir.offer(q, most)
		return
	}
	defer f.unlock()
	for q.first != nil {
		k := q.pop()
		switch {
		case f.closing:
			k.recycle()
		case f.bytes+k.size > most && f.bytes > 0:
			f.overrun(k)
		default:
			f.enter(k)
		}
	}
	f.rouse()
}

// overrun loses what does not fit, and everything that comes until half of MaxBytes
// is free again: better one gap than many.
func (f *Feed) overrun(k *chunk) {
	if !f.losing {
		f.losing, f.intact = true, f.lost
		f.full.Store(true)
		f.say(notice{what: tapLosing})
	}
	f.lose(k.records(), k.time, k.time, lossOverrun)
	k.recycle()
}

// enter puts a chunk into the queue.
func (f *Feed) enter(k *chunk) {
	if f.empty() {
		f.moved = f.host.Now()
		f.idle.set(f.Spec.StuckAfter)
	}
	if f.waiting.first == nil {
		f.begun = k.time
	}
	f.bytes += k.size
	f.waiting.push(k)
}

// empty reports whether there is nothing that the tap has not taken.
func (f *Feed) empty() bool { return f.waiting.first == nil && len(f.given) == 0 }

// rouse sees to it that the tap is told of what waits: at once, or when there is
// enough of it.
func (f *Feed) rouse() {
	switch {
	case f.awake || f.waiting.first == nil || f.sated():
	case f.Spec.Policy == tap.Block || f.closing || f.waiting.records >= f.Spec.MaxBatch:
		f.wake()
	default:
		f.gather.set(f.Spec.MaxDelay)
	}
}

func (f *Feed) wake() { f.awake, f.todo.wake = true, true }

// sated reports whether what waits has to wait until the tap has taken something.
func (f *Feed) sated() bool {
	if len(f.given) == 0 {
		return false
	}
	given := 0
	for _, h := range f.given {
		given += h.bytes
	}
	return given >= f.Spec.MaxGiven || f.waiting.first.raw > 0 && f.bytes >= f.Spec.MaxBytes
}

// gathered is called when MaxDelay is over.
func (f *Feed) gathered() {
	f.mu.Lock()
	defer f.unlock()
	f.gather.over()
	if f.waiting.first != nil && !f.awake {
		f.wake()
	}
}

// alarm is a timer under the feed's lock that is set once until it rings.
type alarm struct {
	ring  func()
	timer *time.Timer
	armed bool
}

func (a *alarm) set(d time.Duration) {
	switch {
	case a.armed:
		return
	case a.timer == nil:
		a.timer = time.AfterFunc(d, a.ring)
	default:
		a.timer.Reset(d)
	}
	a.armed = true
}

func (a *alarm) over() { a.armed = false }

func (a *alarm) stop() {
	if a.timer != nil {
		a.timer.Stop()
	}
	a.armed = false
}
