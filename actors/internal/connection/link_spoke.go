package connection

import (
	"encoding/json"

	"github.com/asynkron/protoactor-go/actor"

	"github.com/troupe-mq/troupe/actors/access"
	"github.com/troupe-mq/troupe/actors/internal/interest"
	"github.com/troupe-mq/troupe/actors/internal/peer"
	"github.com/troupe-mq/troupe/actors/internal/settings"
	"github.com/troupe-mq/troupe/actors/report"
	"github.com/troupe-mq/troupe/actors/tap"
	"github.com/troupe-mq/troupe/topics"
	"github.com/troupe-mq/troupe/wire"
)

// This file is a server that comes by the port for leaf nodes: a leaf node of this broker, or one that says that it is the hub,
// because only one of two can dial the other. It proves who it is as a client does, and is let in as one, in
// one account; then it is asked whether it may stay (peer.Handshake).

// isSpoke reports whether the other side is a server that has come by the port for leaf nodes.
func (c *connection) isSpoke() bool { return c.server != nil && c.server.isSpoke() }

func (s *server) isSpoke() bool { return s.Handshake != nil && s.route == nil }

// mayNegotiate reports whether a server may speak of compression before it has said who it is: a leaf node, once.
func (s *server) mayNegotiate() bool {
	return s.isSpoke() && s.Handshake.Informed != nil && !s.handshake.informed
}

// takeSpokeConnect finds out who a leaf node is.
func (c *connection) takeSpokeConnect(said []byte) {
	options := wire.DefaultConnect()
	if err := options.Decode(said); err != nil {
		c.fatal = asWireError(err)
		return
	}
	c.server.handshake.said, c.server.handshake.informed = said, true // it is too late to speak of compression
	c.session.Introduce(&options)
	c.prove(&options)
}

// admitSpoke has it judged whether a leaf node may stay that has proved who it is; nil is nobody.
func (c *connection) admitSpoke(who *access.Identity) {
	if who == nil {
		c.fatal = wire.ErrAuthorization
		return
	}
	h := &c.server.handshake
	h.who = who
	c.haveJudged(c.server.Handshake.Introduced, h.said)
	h.said = nil
}

// letSpokeIn begins the link to a leaf node that may stay.
func (c *connection) letSpokeIn(ctx actor.Context, j *peer.Judged) {
	s := c.server
	if !c.assume(s.handshake.who) {
		c.fatal = wire.ErrMaxAccountConnections
		return
	}
	terms, face := *s.Peer, *s.Face
	face.Cluster = j.Server.Cluster
	if j.Server.MaxPayload > 0 {
		face.MaxPayload = j.Server.MaxPayload
	}
	may := c.session.Permissions()
	terms.Face, terms.Account = &face, c.session.Account.Name
	terms.Rights = peer.SpokeRights(may, j.Deny, c.session.Account.System)
	if j.Server.Hub {
		terms.Kind = interest.Hub
	}
	s.Peer = &terms
	c.pub.Target.SetServer(terms.Kind, &face)
	c.connected, c.greeted = true, true
	c.setServer(*j.Server)
	c.session.Rename(j.Server.Name)
	c.note(tap.Authenticated, "")
	p := c.personal(true)
	p.Import, p.Export = rulesOf(may, true), rulesOf(may, false)
	c.inform(p)
	c.clock.ExpectPing(c.Now(), c.facts())
	c.beginLink(ctx)
}

// rulesOf is what a leaf node may want, or what it may publish, as it is told; nil for everything.
func rulesOf(may *access.Permissions, want bool) []byte {
	if may == nil {
		return nil
	}
	r := may.Publish
	if want {
		r = may.Subscribe
	}
	if len(r.Allow)+len(r.Deny) == 0 {
		return nil
	}
	text, _ := json.Marshal(struct { // strings are always JSON
		Allow []string `json:"allow,omitempty"`
		Deny  []string `json:"deny,omitempty"`
	}{r.Allow, r.Deny})
	return text
}

// maySpokeWant reports whether a leaf node may want a pattern. It has been told what it may: one that wants another subject all
// the same is no leaf node that could be trusted. Of patterns with wildcards it gets what it may.
func (c *connection) maySpokeWant(pattern string) bool {
	r := &c.server.Rights
	if r.MayHear(pattern) {
		return true
	}
	if topics.Literal(pattern) && r.Violates(pattern) {
		c.fatal = violation("Subscription", pattern)
	}
	return false
}

// violation ends the link to a leaf node that does what it may not.
func violation(what, subject string) *wire.Error {
	return peer.Refusal(report.ProtocolViolation, `Permissions Violation for %s to "%s"`, what, subject)
}

// hasRoomForSpoke reports whether a leaf node may want one pattern more. It is told if not.
func (c *connection) hasRoomForSpoke() bool {
	most := c.session.MaxSubscriptions(c.session.Settings.MaxSubscriptions)
	if most == 0 || c.subs.Len() < most {
		return true
	}
	c.complain(wire.ErrMaxSubscriptions.Text, "limit", most)
	c.pub.Say(wire.ErrMaxSubscriptions.Lines)
	return false
}

// applyToSpoke is told that the settings have changed. A leaf node that may not do the same as before comes again: what it is
// told of its rights is a part of how it comes in.
func (c *connection) applyToSpoke(old, now *settings.Settings) (stays bool) {
	if !c.session.Authorized() {
		return true
	}
	before := c.session.Identity
	switch who := c.session.Renewed(old.Gate, c.Now()); {
	case who == nil || now.Accounts.Named(who.Account) == nil:
		c.refuse(wire.ErrAuthorization)
		return false
	case who.Account != before.Account || who.Rights != before.Rights:
		c.close(report.ClientClosed)
		return false
	default:
		c.setIdentity(who)
		return true
	}
}
