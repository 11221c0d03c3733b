package connection

import (
	"github.com/troupe-mq/troupe/actors/internal/interest"
	"github.com/troupe-mq/troupe/actors/internal/partition"
)

// This file is how subscriptions go that nobody has sent an UNSUB for.

// Forget drops a subscription that is over, here and in the partitions.
func (c *connection) Forget(s *interest.Subscription) {
	c.subs.Remove(s)
	s.End()
	c.pub.Drop(s)
	c.withdrawOne(s)
	for _, cast := range c.subs.EndShadows(s) {
		c.withdrawOne(cast)
	}
}

// forgetAll drops every subscription.
func (c *connection) forgetAll() {
	if c.subs.Len() == 0 {
		return
	}
	gone, free := make([]*interest.Subscription, 0, c.subs.Len()), 0
	for s := range c.subs.Every {
		s.End()
		free += s.Size()
		gone = append(gone, s)
	}
	c.subs = interest.Subscriptions{}
	if c.server != nil && c.server.route != nil {
		c.server.route.subs = 0
	}
	c.Budget.GiveBack(int64(free))
	c.pub.DropAll()
	c.withdraw(gone)
}

// withdraw tells the partitions which subscriptions are over.
func (c *connection) withdraw(gone []*interest.Subscription) {
	for p, subs := range c.byHome(gone) {
		if len(subs) > 0 {
			c.Send(c.Partitions[p], &partition.Withdraw{Subs: subs})
		}
	}
}

// withdrawOne tells the partition of a single one. It is what each request costs whose
// client subscribes for one answer, so that nothing is made for each partition.
func (c *connection) withdrawOne(s *interest.Subscription) {
	p, _ := partition.Home(s.Subject(), len(c.Partitions))
	c.Send(c.Partitions[p], &partition.Withdraw{Subs: []*interest.Subscription{s}})
}

// byHome sorts subscriptions by the partitions that hold them.
func (c *connection) byHome(all []*interest.Subscription) [][]*interest.Subscription {
	homes := make([][]*interest.Subscription, len(c.Partitions))
	for _, s := range all {
		p, _ := partition.Home(s.Subject(), len(c.Partitions))
		homes[p] = append(homes[p], s)
	}
	return homes
}

// recastShadows is for an account that imports something else than before.
func (c *connection) recastShadows() {
	var gone, cast []*interest.Subscription
	for s := range c.subs.All {
		gone = append(gone, c.subs.EndShadows(s)...)
		cast = append(cast, c.subs.Cast(s, c.session.Account.Streams)...)
	}
	c.withdraw(gone)
	for p, subs := range c.byHome(cast) {
		if len(subs) > 0 {
			c.Send(c.Partitions[p], &partition.Appeared{Subs: subs})
		}
	}
}
