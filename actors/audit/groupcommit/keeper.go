package groupcommit

import (
	"context"
	"time"

	"github.com/asynkron/protoactor-go/actor"

	"github.com/troupe-mq/troupe/actors/tap"
	"github.com/troupe-mq/troupe/supervisor"
)

// task is pages to be stored, or without any the store to be opened.
type task struct{ groups []*group }

// keeper is the goroutine that has the store. It tells those who wait for a page
// by itself: the actor may have stopped by then.
type keeper struct {
	store  Store
	policy tap.Policy
	root   *actor.RootContext
	self   *actor.PID

	tasks  chan task // room for all that there can be: one to do, and a last one
	ended  chan struct{}
	ctx    context.Context
	cancel context.CancelFunc
}

func newKeeper(c Config, root *actor.RootContext, self *actor.PID) *keeper {
	k := &keeper{store: c.Store, policy: c.Policy, root: root, self: self, tasks: make(chan task, 2), ended: make(chan struct{})}
	k.ctx, k.cancel = context.WithCancel(context.Background())
	return k
}

// start runs the goroutine until tasks is closed. Its panic is the actor's.
func (k *keeper) start() {
	report := func(_ string, c *supervisor.Crash) { k.root.Send(k.self, &crashed{k, c}) }
	supervisor.Go(report, "audit", k.run)
}

func (k *keeper) run() {
	defer close(k.ended)
	defer func() { _ = k.store.Close() }() // what was stored has been reported
	timer := time.NewTimer(0)
	defer timer.Stop()
	for {
		select {
		case t, more := <-k.tasks:
			if !more {
				return
			}
			k.do(t)
		case <-timer.C:
		}
		due, err := k.store.Tend()
		if err != nil {
			k.root.Send(k.self, &stored{by: k, err: err})
		}
		timer.Stop()
		if !due.IsZero() {
			timer.Reset(time.Until(due))
		}
	}
}

func (k *keeper) do(t task) {
	if t.groups == nil {
		next, err := k.store.Open(k.ctx)
		k.root.Send(k.self, &reopened{by: k, next: next, err: err})
		return
	}
	err := k.commit(t.groups)
	k.root.Send(k.self, &stored{by: k, groups: t.groups, err: err})
}

// commit stores pages, and tells those who wait for them, whatever happens.
func (k *keeper) commit(groups []*group) (err error) {
	err = ErrStopped
	defer func() {
		for _, g := range groups {
			g.settle(k.policy, err)
		}
	}()
	pages := make([]Page, len(groups))
	for i, g := range groups {
		pages[i] = g.page
	}
	err = k.store.Commit(k.ctx, pages)
	return err
}

// over reports whether the goroutine has ended within d.
func (k *keeper) over(d time.Duration) bool {
	select {
	case <-k.ended:
		return true
	case <-time.After(d):
		return false
	}
}
