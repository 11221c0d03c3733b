package connection

import (
	"github.com/troupe-mq/troupe/actors/access"
	"github.com/troupe-mq/troupe/actors/internal/fair"
	"github.com/troupe-mq/troupe/actors/internal/pressure"
	"github.com/troupe-mq/troupe/actors/internal/session"
	"github.com/troupe-mq/troupe/actors/internal/transport"
	"github.com/troupe-mq/troupe/actors/report"
	"github.com/troupe-mq/troupe/actors/tap"
	"github.com/troupe-mq/troupe/wire"
)

// This file is CONNECT: who the client is, and what becomes of that.

// takeConnect carries out CONNECT, which may come again.
func (c *connection) takeConnect(arg []byte) {
	options := c.session.Connect()
	if err := options.Decode(arg); err != nil {
		c.fatal = asWireError(err)
		return
	}
	if c.connected {
		c.forgetAll() // a new identity starts with nothing
	}
	c.connected = true
	c.noteConnect()
	c.session.Introduce(&options)
	if c.fatal = session.Refusal(&options); c.fatal != nil {
		return
	}
	if !c.session.Vouched(&options) {
		c.fatal = wire.ErrProxyNotTrusted
		return
	}
	c.prove(&options)
}

// prove has the secrets of a CONNECT compared, and goes on when that is done.
func (c *connection) prove(options *wire.Connect) {
	claim := c.session.Claim(options, c.Now())
	if !claim.Slow() {
		c.admit(claim.Holds(), options)
		return
	}
	c.clock.Complete()
	p := c.session.NewProof(claim, options)
	c.session.Proof = p
	if claim.Delegation() != nil {
		c.Inquire(p, c.self())
		return
	}
	c.Proofs.Prove(p, transport.IPOf(c.session.Link.Conn()), c.self())
}

// proved goes on with a CONNECT whose secret has been checked.
func (c *connection) proved(m *session.Proved) {
	p := c.session.Proof
	if m.Of != p || p == nil {
		return // the connection has ended meanwhile
	}
	c.session.Proof = nil
	who := m.Identity
	if who != nil {
		who = c.session.Settings.Gate.Renew(p.Gate, who, c.session.Known(c.Now())) // the settings may have changed meanwhile
	}
	c.admit(who, &p.Options)
	c.advance()
}

// admit lets a client in with the identity that its CONNECT has proved. It refuses one that has
// proved none, which is nil.
func (c *connection) admit(who *access.Identity, options *wire.Connect) {
	switch {
	case c.server != nil:
		c.admitSpoke(who)
		return
	case who == nil:
		c.fatal = wire.ErrAuthorization
		return
	case who.Proxied && options.ProxySig == "":
		c.fatal = wire.ErrProxyRequired
		return
	case options.NoResponders && (!options.Headers || c.config().NoHeaders):
		c.fatal = wire.ErrNoRespondersHeaders
		return
	case !c.assume(who):
		c.fatal = wire.ErrMaxAccountConnections
		return
	}
	c.setOptions(options)
	c.clock.ExpectPing(c.Now(), c.facts())
	c.note(tap.Authenticated, "")
	c.pub.Acknowledge(1)
}

// setOptions takes over what a CONNECT asks for.
func (c *connection) setOptions(o *wire.Connect) {
	headers := o.Headers && !c.config().NoHeaders
	c.session.Take(o)
	c.parser.Headers = headers
	c.pub.Echo, c.pub.Verbose, c.pub.NoResponders = o.Echo, o.Verbose, o.NoResponders
	c.pub.Target.Headers.Store(headers)
}

// assume gives the client an identity, and puts it into the account of that. It reports
// false if the account has no room. What the client has subscribed to in another account
// is over; results that are on their way still point to the target that it had there.
func (c *connection) assume(who *access.Identity) bool {
	before := c.session.Account
	if before != nil {
		c.settle() // for the account that it is in
	}
	a, entered := c.session.Join(who)
	if a == nil {
		return false
	}
	if entered && before != nil {
		c.forgetAll()
		c.pub.Target = c.pub.Target.Successor(a)
	}
	c.pub.Target.Account = a
	c.setIdentity(who)
	c.pub.Target.Rights.Store(c.session.ApplyRights())
	return true
}

// setIdentity notes whom the client is known as.
func (c *connection) setIdentity(who *access.Identity) {
	c.session.SetIdentity(who)
	c.pressure.Policy = pressure.Overrun(c.session.Overrun())
	c.applyLimits()
	if until := who.Until(); !until.IsZero() {
		now := c.Now()
		c.clock.Within(now, max(until.Sub(now), 0))
	}
}

// Origin is who the client is to others.
func (c *connection) Origin() *report.Origin { return c.session.Origin() }

// Grant is told of the reply subject of each message that the client is sent, and who
// has published it.
func (c *connection) Grant(reply []byte, by fair.Owner) {
	if c.session.NeedsPermits() {
		c.session.Grant(reply, by, c.Now())
	}
}

// note has the taps hear of something that the client did or that befell it.
func (c *connection) note(kind tap.Kind, reason string) {
	c.witness.Note(tap.Record{Kind: kind, Reason: reason}, c)
}
