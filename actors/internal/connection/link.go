package connection

import (
	"math"
	"time"

	"github.com/asynkron/protoactor-go/actor"

	"github.com/troupe-mq/troupe/actors/access"
	"github.com/troupe-mq/troupe/actors/internal/compression"
	"github.com/troupe-mq/troupe/actors/internal/host"
	"github.com/troupe-mq/troupe/actors/internal/interest"
	"github.com/troupe-mq/troupe/actors/internal/peer"
	"github.com/troupe-mq/troupe/actors/internal/pressure"
	"github.com/troupe-mq/troupe/actors/internal/settings"
	"github.com/troupe-mq/troupe/actors/internal/steps"
	"github.com/troupe-mq/troupe/actors/internal/transport"
	"github.com/troupe-mq/troupe/actors/report"
	"github.com/troupe-mq/troupe/actors/tap"
	"github.com/troupe-mq/troupe/supervisor"
	"github.com/troupe-mq/troupe/wire"
	"github.com/troupe-mq/troupe/wire/link"
)

// This file is a connection whose other side is a server: how the link begins, what it is told, and
// how it ends.

// server is what a connection knows of the server on its other side.
type server struct {
	*peer.Peer
	who    peer.Server // as far as it has said
	parser link.Parser
	link   *interest.Link // nil until it is known who the server is
	ledger peer.Ledger
	line   []byte // scratch: what it is told; the key of what it wants
	route  *route // nil unless it is a server of the same cluster

	handshake handshake

	compressed *compression.Conn // nil unless the link is

	waiting  int    // connections and partitions that have still to say what is wanted here
	counted  bool   // it is known how many connections there are
	asked    uint64 // PINGs that it was sent
	answered uint64 // those that it has answered
	begun    uint64 // the PING behind the INFO, by which the link has begun; 0 if there was none
	mark     uint64 // the PING behind all that is wanted here; 0 until it is sent
	owed     int    // PONGs that wait for that PING
	up       bool
	end      peer.End
}

// snapshotLate is what a link sends itself when it waits no longer for who has still to say what
// they want.
type snapshotLate struct{}

// IgnoreDeadLetterLogging keeps it out of the log: the link may have ended meanwhile.
func (*snapshotLate) IgnoreDeadLetterLogging() {}

// snapshotPatience is how long connections may take to say what they want before a link is taken
// for one that knows it. What they say later is passed on when they do.
const snapshotPatience = 2 * time.Second

// startLink begins to talk with a server, which has shaken hands. It is told what is wanted here:
// by everybody who is asked, and, from now on, by whoever subscribes.
func (c *connection) startLink(ctx actor.Context) {
	s := c.server
	c.session.Settings = c.Settings.Load() // there may have been a reload since the connection was made
	var first *transport.Handshake
	if c.isSpoke() {
		c.note(tap.Connected, "")
		if at := c.session.Endpoint.State(); at.Tls != nil {
			first = c.startHandshake(at)
		}
	}
	c.source = transport.NewReader(c.Inbound, c.Parking, c.session.Link, first)
	c.source.Start(ctx.Self(), &c.in)
	switch {
	case first != nil: // what comes next is told by the reader
		return
	case s.Handshake != nil:
		c.startHandshakeOfLink()
		return
	}
	if c.letServerIn() {
		c.beginLink(ctx)
		c.startClock()
	}
}

// letServerIn has the connection be in the account of the link.
func (c *connection) letServerIn() bool {
	s := c.server
	if !c.assume(&access.Identity{Account: s.Account}) {
		c.close(report.AuthenticationViolation)
		return false
	}
	c.connected, c.greeted = true, true
	c.setServer(s.who)
	return true
}

// setServer notes who the server is.
func (c *connection) setServer(who peer.Server) {
	s := c.server
	s.who = who
	c.pub.Target.SetTraces(who.Protocol >= peer.Protocol)
	c.pub.Target.SetTellsOrigins(who.Origins)
	c.setOptions(&wire.Connect{Headers: who.Headers, Protocol: 1, Name: who.Name, Version: who.Version})
	c.pub.Target.Rights.Store(s.Rights.Out())
	c.applyLimits()
}

// beginLink tells the server what is wanted here.
func (c *connection) beginLink(ctx actor.Context) {
	s, self := c.server, c.self()
	account := interest.Every
	if s.route == nil {
		account = c.session.Account.Index()
	}
	s.link = &interest.Link{
		PID: self, ID: c.cid(), Kind: s.Kind, Account: account, Cluster: c.pub.Target.Cluster(), Origins: s.who.Origins, Alone: s.who.Alone,
	}
	if s.route != nil {
		s.link.Share = s.route.share
	}
	s.ledger.May = func(account int, pattern, queue string) bool {
		switch {
		case !c.isFor(account):
			return false
		case peer.IsLoop(pattern):
			return true
		case !peer.Hears(pattern, c.isSystem(account)), !s.Rights.MayAnnounce(pattern, queue):
			return false
		case s.Kind == interest.Spoke, c.isSpoke():
			return !peer.IsStored(pattern)
		case s.Kind == interest.Hub, s.Kind == interest.Engine:
			return peer.Bears(pattern)
		default:
			return true
		}
	}
	c.ledgerStands()
	c.Links.Add(s.link)
	c.standIn()
	ctx.Request(c.PID(host.Path(host.Connections)), supervisor.Describe{Limit: -1})
	h := c.Host
	time.AfterFunc(snapshotPatience, func() { h.Send(self, &snapshotLate{}) })
}

// isFor reports whether a link is for an account.
func (c *connection) isFor(account int) bool {
	return c.server.route == nil || c.server.route.share.Has(c.session.Settings.Accounts.Numbered(account))
}

// isSystem reports whether an account is the one of who watches over the server.
func (c *connection) isSystem(account int) bool {
	if c.server.route == nil {
		return c.session.Account.System
	}
	a := c.session.Settings.Accounts.Numbered(account)
	return a != nil && a.System
}

// ledgerStands tells the server of what it may always send.
func (c *connection) ledgerStands() {
	if c.server.route != nil {
		c.ledgerOfRouteStands()
		return
	}
	a := c.session.Account
	patterns := append(a.Elsewhere(), c.loopSign())
	if a.Asked {
		patterns = append(patterns, c.server.Replies())
	}
	c.tellServer(func(write func(link.Interest)) { c.server.ledger.Stand(a.Index(), patterns, write) })
}

// loopSign is the pattern that this broker announces for the account of a link, by which it knows itself again.
func (c *connection) loopSign() string { return peer.LoopSign(c.Node, c.session.Account.Index()) }

// spell is how a ledger writes.
func (c *connection) spell(i link.Interest) {
	s := c.server
	s.line = s.dialect().AppendInterest(s.line, &i)
}

// tellServer puts what a ledger writes into the outbox, in one piece.
func (c *connection) tellServer(do func(write func(link.Interest))) {
	s := c.server
	s.line = s.line[:0]
	do(c.spell)
	if len(s.line) > 0 {
		c.out.Append(len(s.line), func(dst []byte) []byte { return append(dst, s.line...) })
	}
}

// tellInSlices has the server told of what a round through its ledger spells, a slice at a time.
func (c *connection) tellInSlices(round *peer.Round) {
	c.run(&errand{cost: telling, some: func(most int) (more bool) {
		c.tellServer(func(func(link.Interest)) { more = round.Next(most) })
		return more
	}})
}

// telling is the work of a look at one pattern in a ledger.
const telling = 10 * steps.Look

// ofLink handles what only a link is sent.
func (c *connection) ofLink(ctx actor.Context, m any) {
	s := c.server
	if s == nil || c.closing {
		return
	}
	if m, ok := m.(*peer.Judged); ok {
		c.judged(ctx, m)
		return
	}
	if s.link == nil {
		return
	}
	switch m := m.(type) {
	case supervisor.Node:
		s.counted = true
		s.waiting += len(m.Children)
		for _, n := range m.Children {
			ctx.Send(c.PID(n.Path), &interest.StateTo{Link: s.link})
		}
	case *interest.Telling:
		s.waiting += m.Partitions
		if !m.More {
			s.waiting--
		}
	case *interest.Stated:
		c.tellServer(func(write func(link.Interest)) { s.ledger.Take(m, write) })
		if m.Complete {
			c.tellInSlices(s.ledger.Sweep(m.Speaker, c.spell))
		}
		if m.Told {
			s.waiting--
		}
		if len(m.Counts) > 0 {
			m.Recycle() // what counts was said to this link alone
		}
	case *snapshotLate:
		s.counted, s.waiting = true, 0
	case *hastyOver:
		c.synced()
	case *Renew:
		c.renew(ctx, m)
	case *Retell:
		c.retell(m)
	}
	if s.mark == 0 && s.counted && s.waiting <= 0 {
		c.markEnd()
	}
}

// hastyPatience is how long a server has to say what it wants that says it at once.
const hastyPatience = 50 * time.Millisecond

// hastyOver is what a link sends itself when that time is over.
type hastyOver struct{}

// IgnoreDeadLetterLogging keeps it out of the log: the link may have ended meanwhile.
func (*hastyOver) IgnoreDeadLetterLogging() {}

// markEnd asks the server for a sign behind all that is wanted here.
func (c *connection) markEnd() {
	s := c.server
	if s.who.Hasty {
		s.mark = math.MaxUint64
		if s.begun > 0 {
			return
		}
		h, self := c.Host, c.self()
		time.AfterFunc(hastyPatience, func() { h.Send(self, &hastyOver{}) })
		return
	}
	c.ping()
	s.mark = s.asked
	c.payPongs()
}

// owesPong reports whether a PING of the server is to be answered later. What is wanted here is said before the first PONG, so that the
// server that gets it knows all of it: one that lets clients in has them ask nobody in vain. A hasty server knows by other means.
func (s *server) owesPong() bool { return s.link != nil && s.mark == 0 && !s.who.Hasty }

// payPongs writes those that are owed: behind what the server has said before its PINGs, all of which is in force then.
func (c *connection) payPongs() {
	s := c.server
	if s.owesPong() || c.batch != nil {
		return
	}
	for ; s.owed > 0; s.owed-- {
		c.pub.Say(wire.Pong)
	}
}

// synced is for a link whose server knows what is wanted here, and has said what it wants.
func (c *connection) synced() {
	if s := c.server; !s.up {
		s.up = true
		s.link.Synced()
		s.Up()
	}
}

// pong is told of the answer to a PING. That to the one behind all that is wanted here means that
// the server knows it, and that what it wants has come before.
func (c *connection) pong() {
	s := c.server
	c.clock.Answered(c.Now())
	c.adaptCompression()
	s.answered++
	if s.answered == 1 && s.Answered != nil {
		s.Answered()
	}
	if s.who.Hasty && s.begun > 0 {
		if s.answered >= s.begun { // it has said what it wants before it has answered
			c.synced()
		}
		return
	}
	if s.awaited() {
		return
	}
	if s.mark > 0 {
		c.synced()
	}
}

// awaited reports whether the PONG that counts has still to come.
func (s *server) awaited() bool { return s.mark == 0 || s.answered < s.mark }

// mostFromServer is the size of the largest message that a server may send, which is what no nats-server lets a client exceed
// either. What it says itself may be larger than what its clients may: a list of what a stream holds is.
const mostFromServer = 64 << 20

// applyLinkLimits are the limits of a link: its messages may be as large as those of whoever allows
// more, for one that is too large would cost the whole link.
func (c *connection) applyLinkLimits() {
	now, s := c.session.Settings, c.server
	c.pub.Full = math.MaxInt
	c.pressure.Policy = pressure.Evict
	c.pub.Target.Pending.SetLimit(postedShare*c.maxPending()+postedSpare, false)
	s.parser.Dialect = s.dialect()
	if c.isSpoke() { // it has been told what it may
		s.parser.Limits = wire.Limits{MaxPayload: c.session.Limits().MaxPayload}
		return
	}
	s.parser.Limits = wire.Limits{MaxPayload: max(now.MaxPayload, s.who.MaxPayload)}
	if s.who.ID != "" { // it is known, and may be here
		s.parser.Limits.MaxPayload = max(s.parser.Limits.MaxPayload, mostFromServer)
	}
}

// applyToLink is told that the settings have changed.
func (c *connection) applyToLink(now *settings.Settings) {
	old := c.session.Settings
	c.session.Settings = now
	otherStreams, there := c.session.RenewAccount()
	switch {
	case c.isSpoke() && !c.applyToSpoke(old, now):
		return
	case !there:
		c.close(report.ClientClosed)
		return
	case c.server.route != nil:
		c.renewAccounts()
	case otherStreams:
		c.run(&errand{cost: c.costOf(changes{streams: true}), some: c.withSubs(c.recastShadows)})
	}
	c.applyLimits()
	if c.server.link != nil {
		c.ledgerStands()
	}
}

// endLink takes the link from where others find it, and tells who keeps it.
func (c *connection) endLink() {
	s := c.server
	if s.link != nil {
		s.link.Synced() // nobody waits for it any more
		c.Links.Remove(s.link)
	}
	s.end.Reason = c.reason
	s.Down(s.end)
}

// Oversized is told that a message is too large for the server behind a link.
func (c *connection) Oversized(id uint64, bytes int) {
	c.complain("message is too large for a link", "to", host.LinkName(id), "bytes", bytes)
}
