package actors

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"github.com/asynkron/protoactor-go/actor"

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

// tapOption is a tap that is there from the start.
type tapOption struct {
	spec    TapSpec
	produce actor.Producer
}

// WithTap has the broker begin with a tap: nothing escapes it.
func WithTap(spec TapSpec, produce actor.Producer) Option {
	return func(o *options) { o.taps = append(o.taps, tapOption{spec, produce}) }
}

// ErrTap is the answer to a tap that cannot be.
var ErrTap = errors.New("troupe: tap")

// plantTaps makes the taps that a broker begins with, before anything happens.
func (h *hub) plantTaps(with []tapOption) ([]supervisor.Spec, error) {
	var children []supervisor.Spec
	for _, o := range with {
		f, err := h.newTap(o.spec)
		if err != nil {
			return nil, err
		}
		children = append(children, tapSpec(f, o.produce))
	}
	h.taps.enlist()
	for _, f := range h.taps.feeds {
		h.tell(Record{Kind: KindTapAdded, Tap: f.spec.Name})
	}
	return children, nil
}

// newTap reserves a name.
func (h *hub) newTap(spec TapSpec) (*feed, error) {
	spec, err := spec.complete()
	if err != nil {
		return nil, err
	}
	h.taps.mu.Lock()
	defer h.taps.mu.Unlock()
	if old := h.taps.find(spec.Name); old != nil {
		if !old.isOff() {
			return nil, fmt.Errorf("%w: there is one called %q already", ErrTap, spec.Name)
		}
		h.taps.drop(old)
	}
	f := newFeed(h, spec)
	h.taps.feeds = append(h.taps.feeds, f)
	return f, nil
}

// AddTap starts a tap in a broker that runs. It sees what is committed from now on.
func (b *Broker) AddTap(spec TapSpec, produce actor.Producer) error {
	if b.stopped() {
		return ErrStopped
	}
	h := b.hub
	f, err := h.newTap(spec)
	if err != nil {
		return err
	}
	group := h.system.NewLocalPID(rootName + "/" + tapsName)
	_, err = supervisor.Add(h.system, group, tapSpec(f, produce), askWait)
	h.taps.mu.Lock()
	if err != nil {
		h.taps.drop(f)
		h.taps.mu.Unlock()
		return fmt.Errorf("%w: %w", ErrTap, err)
	}
	h.taps.enlist()
	h.taps.mu.Unlock()
	h.tell(Record{Kind: KindTapAdded, Tap: f.spec.Name})
	return nil
}

// RemoveTap ends a tap. It waits until the tap has taken what was there before, but
// no longer than the tap's Deadline.
func (b *Broker) RemoveTap(name string) error {
	if b.stopped() {
		return ErrStopped
	}
	h := b.hub
	h.taps.mu.Lock()
	f := h.taps.find(name)
	h.taps.mu.Unlock()
	if f == nil {
		return fmt.Errorf("%w: there is none called %q", ErrTap, name)
	}
	h.tell(Record{Kind: KindTapRemoved, Tap: name})
	f.close()
	h.taps.mu.Lock()
	h.taps.drop(f)
	h.taps.mu.Unlock()
	enough := time.NewTimer(f.spec.Deadline)
	defer enough.Stop()
	select {
	case <-f.ended:
	case <-enough.C:
		f.abandon(lossLeftOff)
	}
	h.stopTap(f)
	grace := time.NewTimer(tapGrace)
	defer grace.Stop()
	select { // so that another one can have its name
	case <-f.gone:
	case <-grace.C:
	}
	return nil
}

// endTaps gives the taps what there is to be told until ctx ends, and stops them.
// One that hangs is not waited for.
func (b *Broker) endTaps(ctx context.Context) {
	h := b.hub
	h.taps.mu.Lock()
	feeds := slices.Clone(h.taps.feeds)
	h.taps.mu.Unlock()
	for _, f := range feeds {
		f.close()
	}
	h.taps.put(&tapSet{}, 0)
	for _, f := range feeds {
		f.end(ctx)
	}
}

// tapGrace is how long a tap's actor has for its last message.
const tapGrace = 200 * time.Millisecond

// end waits for a tap to take what is left, and for its actor to end.
func (f *feed) end(ctx context.Context) {
	h := f.hub
	ctx, cancel := context.WithTimeout(ctx, f.spec.Deadline)
	defer cancel()
	select {
	case <-f.ended:
	case <-ctx.Done():
		f.abandon(lossLeftOff)
	}
	if _, there := h.system.ProcessRegistry.Get(f.pid); !there {
		return
	}
	h.stopTap(f)
	grace := time.NewTimer(tapGrace)
	defer grace.Stop()
	select {
	case <-f.gone:
	case <-grace.C:
		// The group would wait for it for ever. It is told what it will not hear.
		group := h.system.NewLocalPID(rootName + "/" + tapsName)
		if p, ok := h.system.ProcessRegistry.Get(group); ok {
			p.SendSystemMessage(group, &actor.Terminated{Who: f.pid})
		}
	}
}

// stopTap stops a tap's actor. One that hangs ends when it comes back.
func (h *hub) stopTap(f *feed) {
	h.system.Root.Send(h.system.NewLocalPID(rootName+"/"+tapsName), supervisor.Remove{Name: f.spec.Name})
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
