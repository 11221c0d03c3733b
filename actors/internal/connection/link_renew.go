package connection

import (
	"github.com/asynkron/protoactor-go/actor"

	"github.com/troupe-mq/troupe/actors/internal/host"
	"github.com/troupe-mq/troupe/actors/internal/interest"
	"github.com/troupe-mq/troupe/actors/internal/peer"
	"github.com/troupe-mq/troupe/supervisor"
	"github.com/troupe-mq/troupe/wire/link"
)

// This file is other terms for a route that there is. The server is told what is to be heard no more, and all that is wanted
// here is stated once more: what it knows already it is not told again.

// Renew asks a route to go on by other terms.
type Renew struct {
	Say    []byte         // what the server is told before anything else
	Share  interest.Share // the accounts that it is for
	Rights peer.Rights    // what may pass
}

// Retell asks a route to tell its server once more what is wanted here, as far as Rights have it go there: the server has
// refused it before.
type Retell struct{ Rights peer.Rights }

// IgnoreDeadLetterLogging keeps them out of the log: the route may have ended.
func (*Renew) IgnoreDeadLetterLogging() {}

// IgnoreDeadLetterLogging is as above.
func (*Retell) IgnoreDeadLetterLogging() {}

// renew is told of other terms.
func (c *connection) renew(ctx actor.Context, m *Renew) {
	s := c.server
	if s.route == nil {
		return
	}
	c.sayLine(m.Say)
	terms := *s.Peer
	terms.Rights = m.Rights
	s.Peer = &terms
	s.route.setShare(m.Share)
	c.pub.Target.Rights.Store(m.Rights.Out())
	for _, t := range s.route.targets {
		t.Rights.Store(m.Rights.Out())
	}
	c.run(&errand{cost: rechecking, some: c.withSubs(c.refilter)})
	before := s.link
	s.link = &interest.Link{
		PID: before.PID, ID: before.ID, Kind: before.Kind, Account: before.Account, Cluster: before.Cluster, Alone: before.Alone,
		Origins: before.Origins, Share: m.Share,
	}
	c.Links.Replace(before, s.link)
	c.tellInSlices(s.ledger.Review(c.spell))
	c.ledgerStands()
	ctx.Request(c.PID(host.Path(host.Connections)), supervisor.Describe{Limit: -1})
}

// refilter has some of what the server wants be as the rights have it.
func (c *connection) refilter(some []*interest.Subscription) {
	rights := &c.server.Rights
	var gone []*interest.Subscription
	for _, s := range some {
		switch {
		case !rights.MayHear(s.Subject()):
			gone = append(gone, s)
		case rights.Out() != nil:
			s.Filter()
		default:
			s.Unfilter()
		}
	}
	c.dropWanted(gone)
}

// dropWanted ends subscriptions of a server.
func (c *connection) dropWanted(gone []*interest.Subscription) {
	for _, s := range gone {
		c.server.count(s, -1)
		c.subs.Remove(s)
		s.End()
	}
	c.withdraw(gone)
}

// retell tells the server again.
func (c *connection) retell(m *Retell) {
	c.tellInSlices(c.server.ledger.Again(func(i *link.Interest) bool { return m.Rights.MayHear(i.Subject) }, c.spell))
}
