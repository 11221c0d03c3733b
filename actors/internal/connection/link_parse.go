package connection

import (
	"bytes"

	"github.com/troupe-mq/troupe/actors/internal/account"
	"github.com/troupe-mq/troupe/actors/internal/batch"
	"github.com/troupe-mq/troupe/actors/internal/interest"
	"github.com/troupe-mq/troupe/actors/internal/msgtrace"
	"github.com/troupe-mq/troupe/actors/internal/peer"
	"github.com/troupe-mq/troupe/actors/internal/steps"
	"github.com/troupe-mq/troupe/actors/report"
	"github.com/troupe-mq/troupe/topics"
	"github.com/troupe-mq/troupe/wire"
	"github.com/troupe-mq/troupe/wire/link"
)

// This file is what a server says on a link.

// collectLink is collect for a server.
func (c *connection) collectLink() (more bool) {
	var cmd link.Command
	s := c.server
	c.payPongs()
	for c.fatal == nil && !c.closing && !s.isJudged() && c.session.Proof == nil {
		if c.in.R == c.in.W {
			return false
		}
		next, err := s.parser.Next(c.in.Buf[:c.in.W], c.in.R, &cmd)
		if err != nil {
			c.fatal = asWireError(err)
			return true
		}
		if next == c.in.R {
			c.in.Want = s.parser.Want()
			return false
		}
		// a PONG that says that all interest has come waits until that is in force
		if c.batch != nil && (len(c.batch.Entries) >= batch.MaxEntries-1 || c.pub.Turn.Over() || cmd.Op == link.OpPong && !s.up) {
			return true
		}
		c.in.R, c.in.Want = next, 0
		c.takeFromServer(&cmd)
	}
	return true
}

// takeFromServer does what can be done about a command by the connection alone, and puts the rest
// into the batch.
func (c *connection) takeFromServer(cmd *link.Command) {
	arg := cmd.Arg.Of(c.in.Buf)
	if !c.connected && cmd.Op != link.OpConnect && (cmd.Op != link.OpInfo || !c.server.mayNegotiate()) {
		c.fatal = wire.ErrAuthorization
		return
	}
	c.pub.Turn.Spend(steps.Command)
	switch cmd.Op {
	case link.OpMsg, link.OpHmsg:
		c.takeMessage(cmd)
	case link.OpSub:
		c.pub.Turn.Spend(subscribing)
		c.takeInterest(cmd)
	case link.OpUnsub:
		c.pub.Turn.Spend(subscribing)
		c.takeNoInterest(cmd)
	case link.OpPing:
		if c.server.owesPong() {
			c.server.owed++
			return
		}
		c.entry(wire.OpPing)
	case link.OpPong:
		c.pong()
	case link.OpInfo:
		c.takeServerInfo(bytes.Clone(arg))
	case link.OpErr: // it closes, if it is of no use to go on
		c.server.end.Said = report.Brief(string(arg))
		c.complain("a server says that something is wrong", "text", c.server.end.Said)
	case link.OpConnect:
		c.takeServerConnect(bytes.Clone(arg))
	case link.OpNone:
		c.fatal = wire.ErrParser
	case link.OpOK:
	}
}

// keyOf is how the connection finds again what a server wants.
func (c *connection) keyOf(cmd *link.Command) []byte {
	in, s := c.in.Buf, c.server
	s.line = interest.AppendKey(s.line[:0], cmd.Subject.Of(in), cmd.Queue.Of(in), cmd.Account.Of(in), cmd.Origin.Of(in))
	return s.line
}

// takeInterest is a pattern that a server wants. A group whose members have become more or fewer is
// another subscription in the place of the one before: there is no moment without one.
func (c *connection) takeInterest(cmd *link.Command) {
	in := c.in.Buf
	pattern := string(cmd.Subject.Of(in))
	if peer.IsLoop(pattern) && c.server.route == nil && pattern == c.loopSign() {
		c.server.end.Loop = true
		c.fatal = wire.ErrLoop
		return
	}
	a := c.accountOf(cmd)
	if a == nil {
		c.takeStranger(cmd)
		return
	}
	if !c.mayWant(pattern, a) {
		return
	}
	before := c.subs.Get(c.keyOf(cmd))
	switch {
	case before != nil && before.Weight() == int(max(cmd.Weight, 1)):
		return
	case before == nil && c.subs.Len() >= c.server.MaxInterest:
		c.fatal = wire.ErrMaxInterest
		return
	case before == nil && c.isSpoke() && !c.hasRoomForSpoke():
		return
	case before != nil:
		c.subs.Remove(before)
		c.server.count(before, -1)
	}
	c.want(interest.NewRemote(c.targetIn(a), cmd.Subject.Of(in), cmd.Queue.Of(in), c.server.line, int(cmd.Weight)))
	if before != nil {
		c.wantNoMore(before)
	}
}

// mayWant reports whether the server may want a pattern in an account.
func (c *connection) mayWant(pattern string, a *account.Account) bool {
	switch {
	case !topics.ValidPattern(pattern):
		return false
	case peer.IsLoop(pattern):
		return true
	case !peer.Hears(pattern, a.System):
		return false
	case c.isSpoke():
		return c.maySpokeWant(pattern)
	case c.server.route == nil:
		return !c.server.Apart || !peer.IsStored(pattern)
	default:
		return c.server.Rights.MayHear(pattern) && (!c.session.Settings.OwnStreams || !peer.IsStored(pattern))
	}
}

// entryIn is entry for what is in an account of its own.
func (c *connection) entryIn(op wire.Op, a *account.Account) *batch.Entry {
	e := c.entry(op)
	e.Account = uint32(a.Index())
	return e
}

// hold notes a subscription of a server as the connection's own.
func (c *connection) hold(s *interest.Subscription) {
	if r := &c.server.Rights; r.Out() != nil && (!c.isSpoke() || r.Filters(s.Subject())) {
		s.Filter()
	}
	c.subs.Put(s)
	c.server.count(s, 1)
}

// want puts a subscription of a server into the batch.
func (c *connection) want(s *interest.Subscription) {
	c.hold(s)
	c.entryIn(wire.OpSub, s.To.Account).Sub = s
	c.routeHome(s)
	if c.server.route != nil {
		return // servers of a cluster subscribe in all accounts themselves
	}
	for _, cast := range c.subs.Cast(s, c.session.Account.Streams) {
		c.deriveFor(wire.OpSub, cast)
	}
}

// wantNoMore takes one away that the connection has forgotten.
func (c *connection) wantNoMore(s *interest.Subscription) {
	c.entryIn(wire.OpUnsub, s.To.Account).Sub = s
	c.routeHome(s)
	for _, cast := range c.subs.EndShadows(s) {
		c.deriveFor(wire.OpUnsub, cast)
	}
}

// takeNoInterest is a pattern that a server does not want any more. What it takes without announcing it, it takes still:
// a server withdraws what it has announced of JetStream when it has read its configuration again, but has it.
func (c *connection) takeNoInterest(cmd *link.Command) {
	if s := c.subs.Get(c.keyOf(cmd)); s != nil {
		if in := c.in.Buf; c.server.Takes(cmd.Subject.Of(in), cmd.Queue.Of(in)) {
			return
		}
		c.subs.Remove(s)
		c.server.count(s, -1)
		c.wantNoMore(s)
	}
	if r := c.server.route; r != nil && r.strangers.n > 0 {
		r.strangers.remove(string(c.accountName(cmd)), string(c.keyOf(cmd)))
	}
}

// standIn wants what the server takes without announcing it.
func (c *connection) standIn() {
	if c.session.Account.System {
		return // it has no streams
	}
	for _, i := range c.server.StandIn {
		s := interest.NewRemote(c.pub.Target, []byte(i.Subject), []byte(i.Queue), []byte(i.Subject+"\t"+i.Queue), 1)
		c.hold(s)
		c.appear([]*interest.Subscription{s})
	}
}

// takeMessage is a message of a server. It has the subject behind the @ of a reply of a stream's
// consumer: it is matched by the one and shown under the other.
func (c *connection) takeMessage(cmd *link.Command) {
	in, a := c.in.Buf, c.accountOf(cmd)
	if a == nil {
		c.counts.CountIn(1, int(cmd.Body.Len)) // as one that nobody wants
		c.counts.CountNoInterest(1)
		return
	}
	op := wire.OpPub
	if cmd.Op == link.OpHmsg && cmd.Header > 0 {
		op = wire.OpHpub
	}
	subject, reply := cmd.Subject, cmd.Reply
	shown, cut, moved := peer.Shown(reply.Of(in))
	traced := op == wire.OpHpub && c.mayTrace(cmd.Body.Of(in)[:cmd.Header])
	plain := !moved && !cmd.Queued && !traced && cmd.Origin.Len == 0 && !c.session.NeedsPermits()
	repeats := plain && c.batch != nil && c.repeats(subject.Of(in), a)
	e := c.entryIn(op, a)
	b := c.batch
	b.Messages = true
	if moved {
		subject = wire.Span{Off: reply.Off + uint32(shown), Len: reply.Len - uint32(shown)}
		reply.Len = uint32(cut)
	}
	e.Headers, e.Subject, e.Reply, e.Body, e.Tail = cmd.Header, subject, reply, cmd.Body, cmd.Tail
	if moved || !cmd.Verbatim || op == wire.OpPub && cmd.HeaderSize.Len > 0 {
		var size []byte
		if op == wire.OpHpub {
			size = cmd.HeaderSize.Of(in)
		}
		b.Respell(e, reply.Of(in), size, cmd.Size.Of(in), cmd.Body.Of(in))
	}
	if repeats {
		e.Repeat = true
		return
	}
	if !plain {
		f := batch.Frame{Queues: cmd.Queues, Origin: cmd.Origin}
		if traced {
			var only bool
			if f.Trace, only = c.traceFromServer(cmd, a); f.Trace == nil && only {
				e.Refusal, e.Alone = msgtrace.ErrOnly, true
				return
			}
		}
		if moved {
			f.Match = cmd.Subject
		}
		b.Frame(e, f)
	}
	name := cmd.Subject.Of(in)
	if !c.server.Rights.MayCome(name) && !c.session.UsePermit(name, c.Now()) {
		e.Refusal = errInSilence
		if c.isSpoke() {
			c.fatal = violation("Publish", string(name))
		}
		return
	}
	route := c.server.route != nil
	if m := a.Mappings; m != nil && !moved && !route {
		name = c.rename(m, e, name)
	}
	b.Route(topics.Partition(name, len(c.layout.PIDs)))
	back := account.IsReply(name)
	if !a.Crosses || moved && !back || route && !back { // requests have crossed where they were made
		return
	}
	var p passage
	if moved {
		p.shown = subject.Of(in)
	}
	c.hop(&wire.Command{Op: op, Header: cmd.Header, HeaderSize: cmd.HeaderSize, Size: cmd.Size, Body: cmd.Body}, a, name, e.Reply.Of(b.Buf), p)
}

// repeats reports whether a message has the subject of the one before it, and nothing was decided
// for that one alone.
func (c *connection) repeats(subject []byte, a *account.Account) bool {
	b := c.batch
	if !b.Repeatable() {
		return false
	}
	last := &b.Entries[len(b.Entries)-1]
	return !last.Renamed && last.Account == uint32(a.Index()) && bytes.Equal(last.Subject.Of(b.Buf), subject)
}

// errInSilence is what may not come over a link: nobody there waits for an answer.
var errInSilence = &wire.Error{Text: "not permitted on this link"}
