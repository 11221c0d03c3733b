package connection

import (
	"github.com/troupe-mq/troupe/actors/internal/interest"
	"github.com/troupe-mq/troupe/actors/internal/partition"
	"github.com/troupe-mq/troupe/actors/internal/steps"
	"github.com/troupe-mq/troupe/wire"
)

// recall answers a partition that has lost everything. An UNSUB on its way there has not yet taken effect: what the
// client sent before it was meant for the subscription, too. What the client subscribes to meanwhile is on its way there as well.
func (c *connection) recall(m *partition.RecallSubscriptions) {
	var subs []*interest.Subscription
	p, pids := m.Partition, m.Layout.PIDs
	answer := func() { c.Send(pids[p], &partition.Recalled{To: m, Subs: subs}) }
	c.run(&errand{cost: recalling, some: c.withAll(func(s *interest.Subscription) {
		home, wide := partition.Home(s.Subject(), len(pids))
		if home == p || wide && m.Wide {
			subs = append(subs, s)
		}
	}), then: func() {
		if b := c.batch; b != nil && b.Layout == m.Layout.Number {
			for _, i := range b.Routes[p][b.Progress[p]:] {
				if e := &b.Entries[i]; e.Op == wire.OpUnsub {
					subs = append(subs, e.Sub)
				}
			}
		}
		answer()
	}, lost: answer})
}

// withAll is withSubs for one at a time, and for the shadow of each.
func (c *connection) withAll(do func(*interest.Subscription)) func(most int) (more bool) {
	return c.withSubs(func(some []*interest.Subscription) {
		for _, s := range some {
			do(s)
			for _, cast := range c.subs.ShadowsOf(s) {
				do(cast)
			}
		}
	})
}

// recalling is the work of a look at one subscription.
const recalling = 5 * steps.Look
