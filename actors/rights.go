package actors

import (
	"github.com/troupe-mq/troupe/actors/access"
	"github.com/troupe-mq/troupe/wire"
)

// This file is what a client may do: package access decides, and here is what
// becomes of it.

// assume makes the client somebody, and reports false if there is no room for it.
// Its subscriptions are over: they were made by whom it was before.
func (c *connection) assume(who *access.Identity) bool {
	if !c.join(who) {
		return false
	}
	c.know(who)
	c.empower()
	return true
}

// empower lets the client do what the rights of whom it is say, and nothing else.
func (c *connection) empower() {
	r := c.who.Rights
	c.publisher, c.permits = r.NewPublisher(), r.NewPermits()
	c.to.rights.Store(r)
}

// know notes whom the client is known as.
func (c *connection) know(who *access.Identity) {
	c.who, c.self = who, nil
	c.pressure.policy = Overrun(who.Overrun)
	or(&c.pressure.policy, c.under.config.Overrun)
	c.heed(&c.under.config)
	c.keepTime()
}

// user is whom the client has authenticated as, empty for nobody.
func (c *connection) user() string {
	if c.who == nil {
		return ""
	}
	return c.who.Name
}

// known is what is known of the client without its saying so.
func (c *connection) known() access.Credentials {
	known := access.Credentials{Kind: c.kind()}
	if c.door.face.Load().mapped {
		known.Names = cipherOf(c.link).owner()
	}
	if nc := c.link.conn(); nc != nil && c.under.gate.Signs() {
		known.Host, known.Now = clientHost(nc), c.now()
	}
	return known
}

// authorized reports whether it is known who the client is.
func (c *connection) authorized() bool { return c.who != nil }

// kind is how the client has come, as rules about connection types call it.
func (c *connection) kind() string {
	nc := c.link.conn()
	if nc == nil {
		return access.Standard
	}
	if addr := nc.RemoteAddr(); addr != nil && addr.Network() == "pipe" {
		return access.InProcess
	}
	switch c.door.kind {
	case kindWebSocket:
		return access.WebSocket
	case kindActor:
		return access.InProcess
	default:
		return access.Standard
	}
}

// awaitsPermit reports whether a message can only be published on a permit that
// is not there, but may be when the batch before it is committed.
func (c *connection) awaitsPermit(subject []byte) bool {
	return !c.publisher.May(subject) && !c.permits.Open(subject, c.now())
}

// usePermit publishes on a permit, and reports whether there was one. The next
// message needs one of its own.
func (c *connection) usePermit(e *entry, subject []byte) bool {
	if c.permits == nil {
		return false
	}
	e.alone = true
	return c.permits.Use(subject, c.now())
}

// grant is told of the reply subject of each message that the client is sent: it
// may answer there, if it may not anyway.
func (c *connection) grant(reply []byte) {
	if c.permits != nil && len(reply) > 0 && !c.who.Rights.MayPublish(reply) {
		c.permits.Grant(string(reply), c.now())
	}
}

// permitted decides about a SUB.
func (c *connection) permitted(subject, queue []byte) access.Decision {
	switch {
	case access.ReservedQueue(queue):
		return access.Denied
	case c.who.Rights == nil:
		return access.Allowed
	default:
		return c.who.Rights.Subscribe(string(subject), string(queue))
	}
}

func (c *connection) refusePublish(subject []byte) *wire.Error {
	c.complain("publish is not permitted", "user", c.user(), "subject", brief(string(subject)))
	return wire.PublishDenied(string(subject))
}

func (c *connection) refuseReply(reply []byte) *wire.Error {
	c.complain("reply subject is reserved", "user", c.user(), "reply", brief(string(reply)))
	return wire.ReplyDenied(string(reply))
}

func (c *connection) denySubscribe(subject, queue []byte) *wire.Error {
	c.complain("subscription is not permitted", "user", c.user(), "subject", brief(string(subject)), "queue", brief(string(queue)))
	return wire.SubscribeDenied(string(subject), string(queue))
}
