package connection

import (
	"github.com/troupe-mq/troupe/actors/access"
	"github.com/troupe-mq/troupe/actors/internal/batch"
	"github.com/troupe-mq/troupe/actors/internal/interest"
	"github.com/troupe-mq/troupe/actors/internal/partition"
	"github.com/troupe-mq/troupe/actors/report"
	"github.com/troupe-mq/troupe/topics"
	"github.com/troupe-mq/troupe/wire"
)

// This file is SUB and UNSUB, as far as the connection alone can judge them.

func (c *connection) takeSubscribe(cmd *wire.Command) {
	in := c.in.Buf
	e := c.entry(wire.OpSub)
	e.Subject, e.Reply, e.Body = cmd.Subject, cmd.Queue, cmd.Sid
	subject, queue, sid := cmd.Subject.Of(in), cmd.Queue.Of(in), cmd.Sid.Of(in)
	decision := c.session.MaySubscribe(subject, queue)
	if decision == access.Denied {
		e.Refusal = c.denySubscribe(subject, queue)
		return
	}
	if c.subs.Get(sid) != nil {
		return // ignored, and acknowledged: the first one stays
	}
	if e.Refusal = c.refuseSubscribe(subject); e.Refusal != nil {
		return
	}
	s := interest.NewSubscription(c.pub.Target, subject, queue, sid)
	if c.session.IsFiltered(decision) {
		s.Filter()
	}
	c.subs.Put(s)
	if !c.session.Internal {
		c.counts.CountSubscribed()
	}
	e.Sub = s
	c.routeHome(s)
	for _, cast := range c.subs.Cast(s, c.session.Account.Streams) {
		c.deriveFor(wire.OpSub, cast)
	}
}

// refuseSubscribe says why a subject cannot be subscribed to, nil if it can.
func (c *connection) refuseSubscribe(subject []byte) *wire.Error {
	now := c.config()
	switch {
	case !topics.ValidPattern(string(subject)):
		why := topics.Flaw(string(subject), true)
		c.complain(wire.ErrInvalidSubject.Text, "user", c.session.User(), "subject", report.Brief(string(subject)), "reason", why)
		return c.explained(wire.ErrInvalidSubject, why)
	case now.MaxSubTokens > 0 && topics.Tokens(string(subject)) > now.MaxSubTokens:
		return wire.TooManyTokens(string(subject))
	}
	if most := c.session.MaxSubscriptions(now.MaxSubscriptions); most != 0 && c.subs.Len() >= most {
		return wire.ErrMaxSubscriptions
	}
	return nil
}

func (c *connection) denySubscribe(subject, queue []byte) *wire.Error {
	c.complain("subscription is not permitted", "user", c.session.User(), "subject", report.Brief(string(subject)), "queue", report.Brief(string(queue)))
	return wire.SubscribeDenied(string(subject), string(queue))
}

func (c *connection) takeUnsubscribe(cmd *wire.Command) {
	e := c.entry(wire.OpUnsub)
	e.Body = cmd.Sid
	s := c.subs.Get(cmd.Sid.Of(c.in.Buf))
	if s == nil {
		return
	}
	e.Sub, e.Arg = s, cmd.Max
	if cmd.Max == 0 {
		c.subs.Remove(s)
		c.routeHome(s)
		for _, cast := range c.subs.EndShadows(s) {
			c.deriveFor(wire.OpUnsub, cast)
		}
	}
}

// deriveFor adds what a SUB or an UNSUB means for a shadow.
func (c *connection) deriveFor(op wire.Op, cast *interest.Subscription) {
	c.batch.Derive(batch.Entry{Op: op, Sub: cast, Account: uint32(cast.To.Account.Index())})
	c.routeHome(cast)
}

// routeHome makes the partition that holds, or is to hold, a subscription look at the
// entry added last.
func (c *connection) routeHome(s *interest.Subscription) {
	p, wide := partition.Home(s.Subject(), len(c.layout.PIDs))
	c.batch.Route(p)
	c.batch.Changes++
	c.batch.Wide = c.batch.Wide || wide
}
