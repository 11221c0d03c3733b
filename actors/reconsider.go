package actors

import (
	"slices"

	"github.com/troupe-mq/troupe/actors/access"
	"github.com/troupe-mq/troupe/wire"
)

// This file is what a connection does when the settings have changed.

// reconsider asks a connection to look at itself by the settings in force.
type reconsider struct {
	surplus bool        // there are more connections than there may be: this one is to go
	done    chan<- bool // told true when it has, false if the connection is gone
}

// IgnoreDeadLetterLogging: the client may have gone already.
func (*reconsider) IgnoreDeadLetterLogging() {}

// reconsider is told that the settings have changed.
func (c *connection) reconsider(surplus bool) {
	old, now := c.under, c.settings.Load()
	if c.leaving || old == now {
		return
	}
	c.under = now
	c.renew()
	c.heed(&now.config)
	if surplus && c.guest {
		c.refuse(wire.ErrMaxConnections)
		return
	}
	if !c.authorized() {
		if who := now.gate.Stranger(c.kind(), c.door.face.Load().mapped); who != nil {
			c.assume(who) // if it cannot, it has to say who it is
		}
		return
	}
	switch who := c.renewed(old.gate, now.gate); {
	case who == nil || now.accounts.named(who.Account) == nil:
		c.refuse(wire.ErrAuthorization)
	case who.Account != c.who.Account:
		c.close(ClientClosed) // what it has subscribed to is of no use there
	case c.yields():
		c.refuse(wire.ErrMaxAccountConnections)
	case who.Rights == c.who.Rights:
		c.know(who)
	default:
		c.know(who)
		c.empower()
		c.review()
	}
}

// renewed is whom the client is by another gate, nil if it may not stay.
func (c *connection) renewed(old, now *access.Gate) *access.Identity {
	if c.door.kind == kindActor {
		return actorBy(now, c.who)
	}
	return now.Renew(old, c.who, c.known())
}

// actorBy is whom an actor is by a gate, nil if there is no such user. It proves
// nothing, and may be nobody in particular.
func actorBy(now *access.Gate, who *access.Identity) *access.Identity {
	if who.Name == "" {
		return who
	}
	return now.Named(who.Name)
}

// heed takes over what a connection has a copy of.
func (c *connection) heed(config *Config) {
	c.parser.Limits = wire.Limits{MaxControlLine: config.MaxControlLine, MaxPayload: c.maxPayload(config.MaxPayload)}
	if h, ok := c.link.(*hatch); ok {
		c.parser.Limits = h.client.limits // which the client keeps to by itself
	}
	c.tracing = config.Trace && !c.internal
}

// review takes away the subscriptions that the client may not have any more, and
// has the deliveries to others asked about if need be.
func (c *connection) review() {
	var gone []*subscription
	for s := range c.subs.all {
		switch decision := c.permitted([]byte(s.subject()), []byte(s.queue())); {
		case decision == access.Denied:
			gone = append(gone, s)
		case decision == access.Filtered || c.permits != nil:
			s.guard()
		}
	}
	for _, s := range slices.Clone(gone) {
		c.subs.remove(s)
		s.end()
		gone = append(gone, c.endShadows(s)...)
		c.complain("subscription is not permitted any more", "user", c.user(), "subject", brief(s.subject()), "queue", brief(s.queue()))
		c.say(wire.SubscriptionRemoved(s.subject(), s.queue(), s.sid()).Lines)
	}
	c.withdraw(gone)
}
