package connection

import (
	"github.com/troupe-mq/troupe/actors/internal/interest"
	"github.com/troupe-mq/troupe/actors/internal/partition"
	"github.com/troupe-mq/troupe/actors/internal/steps"
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

// forgetAll drops every subscription. Where there are many, a goroutine does so slice by
// slice: neither the client nor whoever has had it closed is to be kept by that.
func (c *connection) forgetAll() {
	if c.subs.Len() == 0 {
		return
	}
	w := &withdrawal{env: c.Env, layout: c.layout, all: c.subs}
	c.subs = interest.Subscriptions{}
	if c.server != nil && c.server.route != nil {
		c.server.route.subs = 0
	}
	c.pub.DropAll()
	if w.all.Len() <= forgottenAtOnce {
		w.run(func() {})
		return
	}
	c.Spawn("withdrawal", func() { w.run(steps.Yield) })
}

// forgottenAtOnce is how many subscriptions a connection drops itself when it ends.
const forgottenAtOnce = 256

// withdrawal ends the subscriptions of a client that has left, and tells the partitions.
type withdrawal struct {
	env    *Env
	layout *partition.Layout
	all    interest.Subscriptions
	homes  [][]*interest.Subscription // by partition: those that it is still to be told of
}

// withdrawnAtOnce is how many a partition is told of at once.
const withdrawnAtOnce = 512

func (w *withdrawal) run(rest func()) {
	w.homes = make([][]*interest.Subscription, len(w.layout.PIDs))
	free, work := 0, steps.BeginSlice()
	for s := range w.all.Every {
		s.End()
		free += s.Size()
		p, _ := partition.Home(s.Subject(), len(w.homes))
		if w.homes[p] = append(w.homes[p], s); len(w.homes[p]) == withdrawnAtOnce {
			w.tell(p)
		}
		if work.Spend(ending); work.Over() {
			work = steps.BeginSlice()
			rest()
		}
	}
	for p := range w.homes {
		w.tell(p)
	}
	w.env.Budget.GiveBack(int64(free))
}

// ending is the work of one subscription that ends.
const ending = 10 * steps.Look

func (w *withdrawal) tell(p int) {
	if subs := w.homes[p]; len(subs) > 0 {
		w.homes[p] = nil
		w.env.Send(w.layout.PIDs[p], &partition.Withdraw{Subs: subs})
	}
}

// withdraw tells the partitions which subscriptions are over.
func (c *connection) withdraw(gone []*interest.Subscription) {
	c.tellHomes(c.layout, gone, func(subs []*interest.Subscription) any { return &partition.Withdraw{Subs: subs} })
}

// appear tells the partitions of subscriptions that no SUB has brought.
func (c *connection) appear(come []*interest.Subscription) {
	c.tellHomes(c.layout, come, func(subs []*interest.Subscription) any { return &partition.Appeared{Subs: subs} })
}

// tellHomes tells each partition of a layout of those subscriptions that it holds, or is to hold.
func (c *connection) tellHomes(in *partition.Layout, all []*interest.Subscription, what func(subs []*interest.Subscription) any) {
	for p, subs := range homesOf(all, in) {
		if len(subs) > 0 {
			c.Send(in.PIDs[p], what(subs))
		}
	}
}

// withdrawOne tells the partition of a single one. It is what each request costs whose
// client subscribes for one answer, so that nothing is made for each partition.
func (c *connection) withdrawOne(s *interest.Subscription) {
	p, _ := partition.Home(s.Subject(), len(c.layout.PIDs))
	c.Send(c.layout.PIDs[p], &partition.Withdraw{Subs: []*interest.Subscription{s}})
}

// homesOf sorts subscriptions by the partitions that hold them.
func homesOf(all []*interest.Subscription, in *partition.Layout) [][]*interest.Subscription {
	homes := make([][]*interest.Subscription, len(in.PIDs))
	for _, s := range all {
		p, _ := partition.Home(s.Subject(), len(homes))
		homes[p] = append(homes[p], s)
	}
	return homes
}

// recasting is the work of making the shadows of a subscription anew, for each import.
const recasting = 2 * ending

// recastShadows is for subscriptions in an account that imports something else than before.
func (c *connection) recastShadows(of []*interest.Subscription) {
	var gone, cast []*interest.Subscription
	for _, s := range of {
		if s.IsOver() {
			continue
		}
		gone = append(gone, c.subs.EndShadows(s)...)
		cast = append(cast, c.subs.Cast(s, c.session.Account.Streams)...)
	}
	c.withdraw(gone)
	c.appear(cast)
}
