package endpoints

import (
	"context"
	"errors"
	"slices"
	"syscall"

	"github.com/troupe-mq/troupe/actors/config"
	"github.com/troupe-mq/troupe/actors/internal/listener"
)

// Change is what another configuration makes of the ways. Its addresses are open, and nobody is served there yet.
type Change struct {
	set    *Set
	ways   Ways
	opened Ways
	closed Ways // that are to be, or are because others need their addresses
}

// Moves reports whether another configuration opens or closes an address.
func (s *Set) Moves(now *config.Config) bool {
	old, plans := s.Ways(), s.plans(now)
	return len(old) != len(plans) || slices.ContainsFunc(plans, func(p *plan) bool {
		w := old.named(p.name)
		return w == nil || !w.staysOpen(p)
	})
}

// Gone are the addresses that are not to be served any more, and Added those that are to be.
func (c *Change) Gone() []*listener.Listening { return c.closed.listening() }

// Added are the addresses that are to be served from now on.
func (c *Change) Added() []*listener.Listening { return c.opened.listening() }

// Prepare makes what the next configuration needs. A way that stays where it is stays open, and another certificate
// in the same files is loaded at once. The error says which certificate or which address cannot be had; then nothing has
// changed.
func (s *Set) Prepare(ctx context.Context, now *config.Config) (*Change, error) {
	old := s.Ways()
	for _, w := range old {
		if w.guard != nil {
			w.guard.Certificates.Look()
		}
	}
	change := &Change{set: s, closed: slices.Clone(old)}
	var errs []error
	for _, p := range s.plans(now) {
		w, err := s.next(old.named(p.name), p)
		if errs = append(errs, err); err != nil {
			continue
		}
		change.ways = append(change.ways, w)
		if w.Listening == nil {
			change.opened = append(change.opened, w)
			continue
		}
		change.closed = slices.DeleteFunc(change.closed, func(o *Way) bool { return o.name == w.name })
	}
	err := errors.Join(errs...)
	if err == nil {
		err = change.open(ctx)
	}
	if err != nil {
		change.ways.retire(old)
		return nil, err
	}
	return change, nil
}

// next is a way as a plan has it: at the address where it is, or not open yet.
func (s *Set) next(there *Way, p *plan) (w *Way, err error) {
	if there != nil && there.sameTLS(p) {
		w = &Way{plan: p, guard: there.guard}
	} else if w, err = s.prepare(p); err != nil {
		return nil, err
	}
	if there != nil && there.staysOpen(p) {
		w.Listening = there.Listening
	}
	return w, nil
}

// open opens what is not open. An address that one has which is to be closed is free when that is closed.
func (c *Change) open(ctx context.Context) error {
	err := c.openAll(ctx)
	if !errors.Is(err, syscall.EADDRINUSE) || len(c.closed) == 0 {
		return err
	}
	c.closed.Close()
	if err := c.openAll(ctx); err != nil {
		c.back()
		return err
	}
	return nil
}

func (c *Change) openAll(ctx context.Context) error {
	for i, w := range c.opened {
		if err := c.set.open(ctx, w); err != nil {
			c.opened[:i].Close()
			return err
		}
	}
	return nil
}

// back gives up what has been tried.
func (c *Change) back() {
	c.opened.Close()
	for _, w := range c.closed {
		c.set.host.Send(c.set.host.PID(w.Path()), &listener.Reopen{})
	}
}

// Apply has the next Announce put the change into force.
func (c *Change) Apply() {
	before := c.set.Ways()
	c.set.use(c.ways)
	before.retire(c.ways)
}
