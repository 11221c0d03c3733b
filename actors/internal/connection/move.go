package connection

import (
	"github.com/troupe-mq/troupe/actors/internal/interest"
	"github.com/troupe-mq/troupe/actors/internal/partition"
)

// Move has a connection use the partitions of another layout. It gives them its subscriptions, and has all that comes from
// now on routed by them. A batch in flight stays with those that have it: they are told of nothing else. Done has room; it is
// told when the new ones have been given everything, and whether the connection was still there.
type Move struct {
	To   *partition.Layout
	Done chan<- bool
}

// move gives each partition what is its own, some at a time. An UNSUB in flight is not for the new ones: they are not given
// what it ends. A SUB in flight is, since the subscription is there.
func (c *connection) move(m *Move) {
	if c.layout == m.To {
		m.Done <- true // it was there when the connection came
		return
	}
	c.layout = m.To
	var some []*interest.Subscription
	each := c.withAll(func(s *interest.Subscription) { some = append(some, s) })
	c.run(&errand{cost: recalling, some: func(most int) (more bool) {
		more = each(most)
		c.tellHomes(m.To, some, func(subs []*interest.Subscription) any { return &partition.Recalled{Subs: subs} })
		some = some[:0]
		return more
	}, then: func() { m.Done <- true }, lost: func() { m.Done <- false }})
}
