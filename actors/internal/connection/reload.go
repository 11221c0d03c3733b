package connection

import (
	"slices"

	"github.com/troupe-mq/troupe/actors/access"
	"github.com/troupe-mq/troupe/actors/internal/interest"
	"github.com/troupe-mq/troupe/actors/internal/pressure"
	"github.com/troupe-mq/troupe/actors/internal/trace"
	"github.com/troupe-mq/troupe/actors/report"
	"github.com/troupe-mq/troupe/wire"
)

// This file is what a connection does when the settings have changed.

// applySettings is told that the settings have changed. Whoever asks is told when all subscriptions are as they
// say.
func (c *connection) applySettings(m *ApplySettings) {
	changed := c.judge(m.Surplus)
	if c.closing || changed == (changes{}) {
		m.Done <- true
		return
	}
	c.run(&errand{cost: c.costOf(changed), some: c.withSubs(func(some []*interest.Subscription) {
		if changed.rights {
			c.recheckSubscriptions(some)
		}
		if changed.streams {
			c.recastShadows(some)
		}
	}), then: func() { m.Done <- true }, lost: func() { m.Done <- false }})
}

// changes are what concerns each subscription.
type changes struct{ streams, rights bool }

// costOf is the work of them for one subscription.
func (c *connection) costOf(of changes) (cost int) {
	if of.rights {
		cost += rechecking
	}
	if of.streams {
		cost += recasting * (1 + len(c.session.Account.Streams))
	}
	return cost
}

// judge has the client be as the settings in force say. surplus is whether there are more connections than there may
// be, of which this one is to go. It returns what is different for its subscriptions.
func (c *connection) judge(surplus bool) (changed changes) {
	old, now := c.session.Settings, c.Settings.Load()
	if c.closing || old == now {
		return changed
	}
	if c.server != nil {
		c.applyToLink(now)
		return changed
	}
	c.session.Settings = now
	otherStreams, there := c.session.RenewAccount()
	changed.streams = otherStreams
	c.applyLimits()
	if surplus && c.hasPlace {
		c.refuse(wire.ErrMaxConnections)
		return changed
	}
	if !c.session.Authorized() {
		if who := c.session.Stranger(); who != nil {
			c.assume(who) // if it cannot, it has to say who it is
		}
		return changed
	}
	before, proxy := c.session.Identity, c.session.Said().Proxy
	switch who := c.session.Renewed(old.Gate, c.Now()); {
	case who == nil || now.Accounts.Named(who.Account) == nil:
		c.refuse(wire.ErrAuthorization)
	case proxy != "" && !now.Proxies.Trusts(proxy):
		c.refuse(wire.ErrProxyNotTrusted)
	case who.Proxied && proxy == "":
		c.refuse(wire.ErrProxyRequired)
	case who.Account != before.Account || !there:
		c.close(report.ClientClosed) // what it has subscribed to is of no use there
	case c.session.Yield():
		c.refuse(wire.ErrMaxAccountConnections)
	case who.Rights == before.Rights:
		c.setIdentity(who)
	default:
		c.setIdentity(who)
		c.pub.Target.Rights.Store(c.session.ApplyRights())
		changed.rights = true
	}
	return changed
}

// postedShare is how many times MaxPending may be on its way to a client in buffers
// that others have made, and that the client's actor has not looked at. Buffers are
// larger than what is in them.
const (
	postedShare = 2
	postedSpare = 512 << 10 // bytes
)

// applyLimits takes over what the connection has a copy of.
func (c *connection) applyLimits() {
	now := c.session.Settings
	c.pub.Full = max(0, min(pressure.CongestedAt(now.MaxPending), now.MaxPending-now.MaxPayload-now.MaxControlLine)) // one more message fits in
	c.pub.Target.Pending.SetLimit(postedShare*now.MaxPending+postedSpare, c.pressure.Policy != pressure.Evict)
	c.parser.Limits = c.session.Limits()
	if c.resident != nil {
		c.parser.Limits = c.resident.Limits
	}
	c.pub.Tracer = nil
	if c.server != nil {
		c.applyLinkLimits()
		return
	}
	c.applyTracer()
}

// applyTracer has the protocol logged, or told to who follows it, or neither.
func (c *connection) applyTracer() {
	c.pub.Tracer = nil
	logged := c.session.Settings.Trace && !c.session.Internal
	f := c.follower()
	if !logged && f == nil {
		return
	}
	t := &trace.Tracer{Cid: c.cid(), Excerpt: func() int { return c.config().MaxTracedMessage }, Headers: func() bool { return c.config().TraceHeaders }}
	if logged {
		t.Log, t.Broker = c.log, c.Logger
	}
	if f != nil {
		t.Tell = f.In
	}
	c.pub.Tracer = t
}

// rechecking is the work of asking whether a subscription may stay.
const rechecking = 2 * ending

// recheckSubscriptions takes away those of some that the client may not have any more, and
// has the deliveries to others asked about if need be.
func (c *connection) recheckSubscriptions(some []*interest.Subscription) {
	var gone []*interest.Subscription
	for _, s := range some {
		switch decision := c.session.MaySubscribe([]byte(s.Subject()), []byte(s.Queue())); {
		case decision == access.Denied:
			gone = append(gone, s)
		case c.session.IsFiltered(decision):
			s.Filter()
		}
	}
	for _, s := range slices.Clone(gone) {
		c.subs.Remove(s)
		s.End()
		c.pub.Drop(s)
		gone = append(gone, c.subs.EndShadows(s)...)
		c.complain("subscription is not permitted any more", "user", c.session.User(), "subject", report.Brief(s.Subject()), "queue", report.Brief(s.Queue()))
		c.pub.Say(wire.SubscriptionRemoved(s.Subject(), s.Queue(), s.SID()).Lines)
	}
	c.withdraw(gone)
}
