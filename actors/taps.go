package actors

import (
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"github.com/troupe-mq/troupe/supervisor"
)

// The names of taps in the tree.
const (
	tapsName = "taps"
	tapRole  = "tap"
)

// taps is all taps of a broker.
type taps struct {
	set     atomic.Pointer[tapSet] // who is told of what, nil if there is nobody
	commits atomic.Pointer[tapSet] // the same, but nil if nobody looks at commits

	mu    sync.Mutex // for those who add and remove
	feeds []*feed    // those that were left off too
}

// tapSet is the taps that are in force. It is never changed: a commit goes on with
// the one that it has begun with.
type tapSet struct {
	blocks, drops []*feed // by policy: all of them look at commits
	lives         []*feed // those with the lifecycle feed, or the part of it
}

// enlist makes the set anew.
func (t *taps) enlist() {
	s := &tapSet{}
	n := 0
	for _, f := range t.feeds {
		if f.isOff() {
			continue
		}
		n++
		switch {
		case !f.looks:
		case f.spec.Policy == TapBlock:
			s.blocks = append(s.blocks, f)
		default:
			s.drops = append(s.drops, f)
		}
		if f.lives || f.meets {
			s.lives = append(s.lives, f)
		}
	}
	t.put(s, n)
}

// put has n taps in force from now on.
func (t *taps) put(s *tapSet, n int) {
	commits := s
	if len(s.blocks)+len(s.drops) == 0 {
		commits = nil
	}
	if n == 0 {
		s = nil
	}
	t.set.Store(s)
	t.commits.Store(commits)
}

// find is the tap of that name, nil if there is none.
func (t *taps) find(name string) *feed {
	for _, f := range t.feeds {
		if f.spec.Name == name {
			return f
		}
	}
	return nil
}

// drop forgets a tap.
func (t *taps) drop(f *feed) {
	t.feeds = slices.DeleteFunc(t.feeds, func(other *feed) bool { return other == f })
	t.enlist()
}

// tapsSpec: taps are their own business. Whatever becomes of them, the broker goes
// on.
func tapsSpec(h *hub, children []supervisor.Spec) supervisor.Spec {
	return supervisor.Sub(supervisor.Options{
		Name: tapsName, Role: tapsName, Sink: h.observe, Children: children,
	}, supervisor.Policy{Kind: supervisor.Permanent, Intensity: -1, Backoff: supervisor.Backoff{Min: time.Second}}, ownMailbox()...)
}

// tell is for what no client did, or what does not wait for a commit.
func (h *hub) tell(r Record) {
	s := h.taps.set.Load()
	if s == nil {
		return
	}
	if r.Time.IsZero() {
		r.Time = h.now()
	}
	for _, f := range s.lives {
		if f.lives || r.Kind.presence() {
			f.note(r)
		}
	}
}

// tell has the taps hear of something that the client did or that befell it.
func (c *connection) tell(kind Kind, reason string) { c.note(Record{Kind: kind, Reason: reason}) }

func (c *connection) note(r Record) {
	if c.taps.set.Load() == nil || c.internal {
		return
	}
	c.seq++
	r.Origin, r.Seq = c.origin(), c.seq
	switch r.Kind {
	case KindAuthFailed:
		r.Outcome = OutcomeDenied
	default: // it has happened
	}
	c.hub.tell(r)
}
