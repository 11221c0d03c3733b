package connection

import (
	"github.com/troupe-mq/troupe/actors/internal/interest"
	"github.com/troupe-mq/troupe/actors/internal/partition"
	"github.com/troupe-mq/troupe/actors/internal/steps"
	"github.com/troupe-mq/troupe/wire"
)

// recall answers a partition that has lost everything. An UNSUB on its way there has not yet taken effect: what the
// client sent before it was meant for the subscription, too. What the client subscribes to meanwhile is on its way there as well.
func (c *connection) recall(number int, all bool) {
	var subs []*interest.Subscription
	mine := func(s *interest.Subscription) {
		home, wide := partition.Home(s.Subject(), len(c.Partitions))
		if home == number || wide && all {
			subs = append(subs, s)
		}
	}
	answer := func() { c.Send(c.Partitions[number], &partition.Recalled{Subs: subs}) }
	c.run(&errand{cost: recalling, some: c.withSubs(func(some []*interest.Subscription) {
		for _, s := range some {
			mine(s)
			for _, cast := range c.subs.ShadowsOf(s) {
				mine(cast)
			}
		}
	}), then: func() {
		if b := c.batch; b != nil {
			for _, i := range b.Routes[number][b.Progress[number]:] {
				if e := &b.Entries[i]; e.Op == wire.OpUnsub {
					subs = append(subs, e.Sub)
				}
			}
		}
		answer()
	}, lost: answer})
}

// recalling is the work of a look at one subscription.
const recalling = 5 * steps.Look
