package actors

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/asynkron/protoactor-go/actor"

	"github.com/troupe-mq/troupe/supervisor"
)

// This file is how taps come and go.

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
// It must not be called by an actor.
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
// no longer than the tap's Deadline (or a second). It must not be called by an
// actor.
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
	f.drain(context.Background())
	h.stopTap(f)
	f.await(tapGrace) // so that another one can have its name
	return nil
}

// leastDrain is how long a tap has for what is left, however short its Deadline is.
const leastDrain = time.Second

// drain waits until the tap has taken what is left, within reason.
func (f *feed) drain(ctx context.Context) {
	ctx, cancel := context.WithTimeout(ctx, max(f.spec.Deadline, leastDrain))
	defer cancel()
	select {
	case <-f.ended:
	case <-ctx.Done():
		f.abandon(lossLeftOff)
	}
}

// await reports whether the tap's actor has ended in time.
func (f *feed) await(patience time.Duration) bool {
	enough := time.NewTimer(patience)
	defer enough.Stop()
	select {
	case <-f.gone:
		return true
	case <-enough.C:
		return false
	}
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
	f.drain(ctx)
	if _, there := h.system.ProcessRegistry.Get(f.pid); !there {
		return
	}
	h.stopTap(f)
	if f.await(tapGrace) {
		return
	}
	// The group would wait for it for ever. It is told what it will not hear.
	group := h.system.NewLocalPID(rootName + "/" + tapsName)
	if p, ok := h.system.ProcessRegistry.Get(group); ok {
		p.SendSystemMessage(group, &actor.Terminated{Who: f.pid})
	}
}

// stopTap stops a tap's actor. One that hangs ends when it comes back.
func (h *hub) stopTap(f *feed) {
	h.system.Root.Send(h.system.NewLocalPID(rootName+"/"+tapsName), supervisor.Remove{Name: f.spec.Name})
}
