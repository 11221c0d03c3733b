package feed

import (
	"fmt"
	"path"
	"time"

	"github.com/troupe-mq/troupe/actors/internal/host"
	"github.com/troupe-mq/troupe/actors/tap"
	"github.com/troupe-mq/troupe/supervisor"
)

func (f *Feed) status() tap.Status {
	var says []tap.Fact
	if f.Spec.Says != nil {
		says = f.Spec.Says()
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	return tap.Status{
		Says: says,
		Name: f.Spec.Name, Policy: f.Spec.Policy, Records: f.untaken(), Bytes: f.bytes,
		Taken: f.taken, Lost: f.lost, Stuck: f.stuck, LeftOff: f.leftOff,
	}
}

// untaken is how many records are waiting or given.
func (f *Feed) untaken() int {
	n := f.waiting.records
	for _, h := range f.given {
		n += h.records
	}
	return n
}

// Depth is how many records the tap has not taken: its mailbox in the tree.
func (f *Feed) Depth() int {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.untaken()
}

// Oldest is how long the tap has taken nothing, although there is something.
func (f *Feed) Oldest() time.Duration {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.empty() {
		return 0
	}
	return f.host.Now().Sub(f.moved)
}

// Handled is how many records the tap has taken.
func (f *Feed) Handled() uint64 {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.taken
}

// isOff reports whether the tap is told nothing any more.
func (f *Feed) isOff() bool {
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

func (f *Feed) say(n notice) { f.todo.notices = append(f.todo.notices, n) }

// announce makes an event of a notice, and a line in the log.
func (f *Feed) announce(n notice) {
	if f.Spec.Sampled && f.Spec.MayLose() && (n.what == tapLosing || n.what == tapCaughtUp) {
		return
	}
	e := supervisor.Event{Time: f.host.Now(), What: n.what, Path: f.path, Role: host.TapRole}
	switch n.what {
	case tapLosing:
		e.Reason = fmt.Sprintf("%d bytes wait for it", f.Spec.MaxBytes)
	case tapCaughtUp:
		e.Reason = fmt.Sprintf("%d records were lost", n.lost)
	case tapStuck:
		e.Reason = fmt.Sprintf("it has taken nothing for %s", f.Spec.StuckAfter)
	case tapLeftOff:
		e.Reason = n.why
	default: // the word says it
	}
	f.host.Logger.Warn("tap "+string(n.what), e.Pairs()...)
	f.host.Observe(e)
	if n.what == tapStuck && f.Spec.MayLose() {
		f.set.leaveOff(f, e.Reason)
		f.stop()
	}
}

// lookAtIt is called when the tap may be stuck.
func (f *Feed) lookAtIt() {
	f.mu.Lock()
	defer f.unlock()
	f.idle.over()
	if f.empty() || f.stuck || f.closing {
		return
	}
	if left := f.Spec.StuckAfter - f.host.Now().Sub(f.moved); left > 0 {
		f.idle.set(left)
		return
	}
	f.stuck = true
	f.say(notice{what: tapStuck})
	if !f.Spec.MayLose() {
		f.giveBack()
	}
}

// giveBack decides about all batches that wait for a tap which is stuck.
func (f *Feed) giveBack() {
	for _, h := range f.waits {
		f.overdue(h)
	}
	f.waits = nil
	f.sweep()
}

// Failed is told that a tap will not be started again: it has failed too often.
func (t *Set) Failed(e supervisor.Event) {
	if f := t.Named(path.Base(e.Path)); f != nil {
		t.leaveOff(f, e.Reason)
	}
}

// leaveOff has a tap be told nothing any more.
func (t *Set) leaveOff(f *Feed, why string) {
	f.mu.Lock()
	off := f.leftOff != "" || f.closing
	if !off {
		f.leftOff = why
	}
	f.mu.Unlock()
	if off {
		return
	}
	t.mu.Lock()
	t.enlist()
	t.mu.Unlock()
	f.abandon(lossLeftOff)
	t.Tell(tap.Record{Kind: tap.TapRemoved, Tap: f.Spec.Name, Reason: why})
	f.announce(notice{what: tapLeftOff, why: why})
}
