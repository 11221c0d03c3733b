package actors

import "github.com/troupe-mq/troupe/topics"

// This file is how subscriptions go that nobody has sent an UNSUB for.

// forget drops a subscription that is over, here and in the partitions.
func (c *connection) forget(s *subscription) {
	c.subs.remove(s)
	s.end()
	c.withdrawOne(s)
	for _, cast := range c.endShadows(s) {
		c.withdrawOne(cast)
	}
}

// forgetAll drops every subscription.
func (c *connection) forgetAll() {
	if c.subs.len() == 0 {
		return
	}
	gone := make([]*subscription, 0, c.subs.len())
	for s := range c.everySubscription {
		s.end()
		gone = append(gone, s)
	}
	c.subs, c.to.shadows = sidTable{}, nil
	c.withdraw(gone)
}

// withdraw tells the partitions which subscriptions are over.
func (c *connection) withdraw(gone []*subscription) {
	for p, subs := range c.byHome(gone) {
		if len(subs) > 0 {
			c.system.Root.Send(c.partitions[p], &withdraw{subs: subs})
		}
	}
}

// withdrawOne tells them of a single one. It is what each request costs whose
// client subscribes for one answer, so that nothing is made for each partition.
func (c *connection) withdrawOne(s *subscription) {
	m := &withdraw{subs: []*subscription{s}}
	if p, all := topics.Home(s.subject(), len(c.partitions)); !all {
		c.system.Root.Send(c.partitions[p], m)
		return
	}
	for _, p := range c.partitions {
		c.system.Root.Send(p, m)
	}
}

// byHome sorts subscriptions by the partitions that hold them.
func (c *connection) byHome(all []*subscription) [][]*subscription {
	homes := make([][]*subscription, len(c.partitions))
	for _, s := range all {
		p, all := topics.Home(s.subject(), len(c.partitions))
		if !all {
			homes[p] = append(homes[p], s)
			continue
		}
		for p := range homes {
			homes[p] = append(homes[p], s)
		}
	}
	return homes
}
