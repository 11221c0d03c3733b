package feed

import (
	"context"
	"fmt"
	"slices"
	"sync"
	"sync/atomic"

	"github.com/troupe-mq/troupe/actors/internal/host"
	"github.com/troupe-mq/troupe/actors/tap"
)

// Set is all taps of a broker.
type Set struct {
	Host    *host.Host
	set     atomic.Pointer[tapSet] // who is told of what, nil if there is nobody
	commits atomic.Pointer[tapSet] // the same, but nil if nobody looks at commits

	mu    sync.Mutex // for those who add and remove
	feeds []*Feed    // those that were left off too
}

// tapSet is the taps that are in force. It is never changed: a commit goes on with
// the one that it has begun with.
type tapSet struct {
	blocks, drops []*Feed // by policy: all of them look at commits
	lives         []*Feed // those with the lifecycle feed, or the part of it
}

// enlist makes the set anew.
func (t *Set) enlist() {
	s := &tapSet{}
	n := 0
	for _, f := range t.feeds {
		if f.isOff() {
			continue
		}
		n++
		switch {
		case !f.looks:
		case f.Spec.Policy == tap.Block:
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
func (t *Set) put(s *tapSet, n int) {
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
func (t *Set) find(name string) *Feed {
	for _, f := range t.feeds {
		if f.Spec.Name == name {
			return f
		}
	}
	return nil
}

// drop forgets a tap.
func (t *Set) drop(f *Feed) {
	t.feeds = slices.DeleteFunc(t.feeds, func(other *Feed) bool { return other == f })
	t.enlist()
}

// Named is the tap of that name, nil if there is none.
func (t *Set) Named(name string) *Feed {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.find(name)
}

// Reserve makes a feed, so that its name is taken. It is in force from the next enlist
// on.
func (t *Set) Reserve(spec tap.Spec) (*Feed, error) {
	spec, err := spec.Complete()
	if err != nil {
		return nil, err
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	if old := t.find(spec.Name); old != nil {
		if !old.isOff() {
			return nil, fmt.Errorf("%w: there is one called %q already", tap.ErrSpec, spec.Name)
		}
		t.drop(old)
	}
	f := newFeed(t, spec)
	t.feeds = append(t.feeds, f)
	return f, nil
}

// Begin puts taps into force that have been reserved, and tells every tap that they are
// there.
func (t *Set) Begin(added ...*Feed) {
	t.mu.Lock()
	t.enlist()
	t.mu.Unlock()
	for _, f := range added {
		t.Tell(tap.Record{Kind: tap.TapAdded, Tap: f.Spec.Name})
	}
}

// Forget drops a tap.
func (t *Set) Forget(f *Feed) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.drop(f)
}

// Abandon ends a tap that has never been in force.
func (t *Set) Abandon(f *Feed) {
	f.close()
	t.Forget(f)
	f.remove()
}

// Remove ends a tap: it is given what there was before, for as long as its Deadline
// (or a second) lasts.
func (t *Set) Remove(f *Feed) {
	t.Tell(tap.Record{Kind: tap.TapRemoved, Tap: f.Spec.Name})
	f.close()
	t.Forget(f)
	f.drain(context.Background())
	f.remove()
}

// End gives the taps what there is to be told until ctx ends, and stops them. One
// that hangs is not waited for.
func (t *Set) End(ctx context.Context) {
	t.mu.Lock()
	feeds := slices.Clone(t.feeds)
	t.mu.Unlock()
	for _, f := range feeds {
		f.close()
	}
	t.put(&tapSet{}, 0)
	for _, f := range feeds {
		f.end(ctx)
	}
}

// Succeed puts a tap into force in the place of the one of that name. That one is given what there was before, as by
// Remove; what comes from now on waits for its successor, and nothing is for neither.
func (t *Set) Succeed(spec tap.Spec) (*Feed, error) {
	spec, err := spec.Complete()
	if err != nil {
		return nil, err
	}
	f := newFeed(t, spec)
	t.mu.Lock()
	old := t.find(spec.Name)
	if old == nil {
		t.mu.Unlock()
		return nil, fmt.Errorf("%w: there is none called %q", tap.ErrSpec, spec.Name)
	}
	t.feeds[slices.Index(t.feeds, old)] = f
	t.enlist()
	t.mu.Unlock()
	old.succeeded(f)
	old.close()
	old.drain(context.Background())
	old.remove()
	return f, nil
}

// Status is how the taps are doing, in the order in which they were added.
func (t *Set) Status() []tap.Status {
	t.mu.Lock()
	defer t.mu.Unlock()
	all := make([]tap.Status, 0, len(t.feeds))
	for _, f := range t.feeds {
		all = append(all, f.status())
	}
	return all
}

// Tell is for what no client did, or what does not wait for a commit.
func (t *Set) Tell(r tap.Record) {
	s := t.set.Load()
	if s == nil {
		return
	}
	if r.Time.IsZero() {
		r.Time = t.Host.Now()
	}
	for _, f := range s.lives {
		if f.lives || r.Kind.InPresence() {
			f.note(r)
		}
	}
}
