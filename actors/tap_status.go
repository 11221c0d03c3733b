package actors

import (
	"fmt"
	"path"
	"time"

	"github.com/troupe-mq/troupe/supervisor"
)

// TapStatus is how a tap is doing.
type TapStatus struct {
	Name    string
	Policy  TapPolicy
	Records int    // that the tap has not taken
	Bytes   int    // that these take
	Taken   uint64 // records
	Lost    uint64 // records; each loss leaves a Gap in the feed
	Stuck   bool   // it has taken nothing for StuckAfter, although there was something
	LeftOff string // why it is told nothing any more; empty if it is
}

// Taps is how the broker's taps are doing, in the order in which they were added.
func (b *Broker) Taps() []TapStatus {
	t := &b.hub.taps
	t.mu.Lock()
	defer t.mu.Unlock()
	all := make([]TapStatus, 0, len(t.feeds))
	for _, f := range t.feeds {
		all = append(all, f.status())
	}
	return all
}

func (f *feed) status() TapStatus {
	f.mu.Lock()
	defer f.mu.Unlock()
	return TapStatus{
		Name: f.spec.Name, Policy: f.spec.Policy, Records: f.untaken(), Bytes: f.bytes,
		Taken: f.taken, Lost: f.lost, Stuck: f.stuck, LeftOff: f.leftOff,
	}
}

// untaken is how many records are waiting or given.
func (f *feed) untaken() int {
	n := f.waiting.records
	for _, h := range f.given {
		n += h.records
	}
	return n
}

// Depth is how many records the tap has not taken: its mailbox in the tree.
func (f *feed) Depth() int {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.untaken()
}

// Oldest is how long the tap has taken nothing, although there is something.
func (f *feed) Oldest() time.Duration {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.empty() {
		return 0
	}
	return f.hub.now().Sub(f.moved)
}

// Handled is how many records the tap has taken.
func (f *feed) Handled() uint64 {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.taken
}

// isOff reports whether the tap is told nothing any more.
func (f *feed) isOff() bool {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.leftOff != "" || f.closing
}

// notice is a change in how a tap is doing.
type notice struct {
	what supervisor.What
	lost uint64
	why  string // it is left off
}

// What can be noticed.
const (
	tapLosing   supervisor.What = "losing records"
	tapCaughtUp supervisor.What = "caught up"
	tapStuck    supervisor.What = "stuck"
	tapMoves    supervisor.What = "takes records again"
	tapLeftOff  supervisor.What = "left off"
)

func (f *feed) say(n notice) { f.todo.notices = append(f.todo.notices, n) }

// announce makes an event of a notice, and a line in the log.
func (f *feed) announce(n notice) {
	e := supervisor.Event{Time: f.hub.now(), What: n.what, Path: f.path, Role: tapRole}
	switch n.what {
	case tapLosing:
		e.Reason = fmt.Sprintf("%d bytes wait for it", f.spec.MaxBytes)
	case tapCaughtUp:
		e.Reason = fmt.Sprintf("%d records were lost", n.lost)
	case tapStuck:
		e.Reason = fmt.Sprintf("it has taken nothing for %s", f.spec.StuckAfter)
	case tapLeftOff:
		e.Reason = n.why
	default: // the word says it
	}
	f.hub.logger.Warn("tap "+string(n.what), e.Pairs()...)
	f.hub.observe(e)
	if n.what == tapStuck && f.spec.mayLose() {
		f.hub.leaveOff(f, e.Reason)
		f.hub.stopTap(f)
	}
}

// lookAtIt is called when the tap may be stuck.
func (f *feed) lookAtIt() {
	f.mu.Lock()
	defer f.unlock()
	f.idle.over()
	if f.empty() || f.stuck || f.closing {
		return
	}
	if left := f.spec.StuckAfter - f.hub.now().Sub(f.moved); left > 0 {
		f.idle.set(left)
		return
	}
	f.stuck = true
	f.say(notice{what: tapStuck})
	if !f.spec.mayLose() {
		f.giveBack()
	}
}

// giveBack decides about all batches that wait for a tap which is stuck.
func (f *feed) giveBack() {
	for _, h := range f.holds {
		f.overdue(h)
	}
	f.holds = nil
	f.sweep()
}

// tapFailed is told that a tap will not be started again: it has failed too often.
func (h *hub) tapFailed(e supervisor.Event) {
	h.taps.mu.Lock()
	f := h.taps.find(path.Base(e.Path))
	h.taps.mu.Unlock()
	if f != nil {
		h.leaveOff(f, e.Reason)
	}
}

// leaveOff has a tap be told nothing any more.
func (h *hub) leaveOff(f *feed, why string) {
	f.mu.Lock()
	off := f.leftOff != "" || f.closing
	if !off {
		f.leftOff = why
	}
	f.mu.Unlock()
	if off {
		return
	}
	h.taps.mu.Lock()
	h.taps.enlist()
	h.taps.mu.Unlock()
	f.abandon(lossLeftOff)
	h.tell(Record{Kind: KindTapRemoved, Tap: f.spec.Name, Reason: why})
	f.announce(notice{what: tapLeftOff, why: why})
}
