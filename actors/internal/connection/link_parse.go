package connection

import (
	"bytes"

	"github.com/troupe-mq/troupe/actors/internal/batch"
	"github.com/troupe-mq/troupe/actors/internal/interest"
	"github.com/troupe-mq/troupe/actors/internal/partition"
	"github.com/troupe-mq/troupe/actors/internal/peer"
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
	for c.fatal == nil && !c.closing {
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
		if c.batch != nil && (len(c.batch.Entries) >= batch.MaxEntries-1 || cmd.Op == link.OpPong && !s.up) {
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
	switch cmd.Op {
	case link.OpMsg, link.OpHmsg:
		c.takeMessage(cmd)
	case link.OpSub:
		c.takeInterest(cmd)
	case link.OpUnsub:
		c.takeNoInterest(cmd)
	case link.OpPing:
		c.entry(wire.OpPing)
	case link.OpPong:
		c.pong()
	case link.OpInfo:
		if c.server.Informed != nil {
			c.server.Informed(bytes.Clone(arg))
		}
	case link.OpErr: // it closes, if it is of no use to go on
		c.server.end.Said = report.Brief(string(arg))
		c.complain("a server says that something is wrong", "text", c.server.end.Said)
	case link.OpConnect, link.OpNone:
		c.fatal = wire.ErrParser
	case link.OpOK:
	}
}

// keyOf is how the connection finds again what a server wants.
func (c *connection) keyOf(cmd *link.Command) []byte {
	in, s := c.in.Buf, c.server
	s.line = append(append(s.line[:0], cmd.Subject.Of(in)...), '\t')
	s.line = append(s.line, cmd.Queue.Of(in)...)
	return s.line
}

// takeInterest is a pattern that a server wants. A group whose members have become more or fewer is
// another subscription in the place of the one before: there is no moment without one.
func (c *connection) takeInterest(cmd *link.Command) {
	in := c.in.Buf
	pattern := string(cmd.Subject.Of(in))
	if peer.IsLoop(pattern) && pattern == peer.LoopSign(c.server.LoopID) {
		c.server.end.Loop = true
		c.fatal = wire.ErrLoop
		return
	}
	if !peer.Hears(pattern, c.session.Account.System) || !topics.ValidPattern(pattern) {
		return
	}
	before := c.subs.Get(c.keyOf(cmd))
	switch {
	case before != nil && before.Weight() == int(max(cmd.Weight, 1)):
		return
	case before == nil && c.subs.Len() >= c.server.MaxInterest:
		c.fatal = wire.ErrMaxInterest
		return
	case before != nil:
		c.subs.Remove(before)
	}
	c.want(interest.NewRemote(c.pub.Target, cmd.Subject.Of(in), cmd.Queue.Of(in), c.server.line, int(cmd.Weight)))
	if before != nil {
		c.wantNoMore(before)
	}
}

// hold notes a subscription of a server as the connection's own.
func (c *connection) hold(s *interest.Subscription) {
	if c.server.Rights.Out() != nil {
		s.Filter()
	}
	c.subs.Put(s)
}

// want puts a subscription of a server into the batch.
func (c *connection) want(s *interest.Subscription) {
	c.hold(s)
	c.entry(wire.OpSub).Sub = s
	c.routeHome(s)
	for _, cast := range c.subs.Cast(s, c.session.Account.Streams) {
		c.deriveFor(wire.OpSub, cast)
	}
}

// wantNoMore takes one away that the connection has forgotten.
func (c *connection) wantNoMore(s *interest.Subscription) {
	c.entry(wire.OpUnsub).Sub = s
	c.routeHome(s)
	for _, cast := range c.subs.EndShadows(s) {
		c.deriveFor(wire.OpUnsub, cast)
	}
}

// takeNoInterest is a pattern that a server does not want any more.
func (c *connection) takeNoInterest(cmd *link.Command) {
	if s := c.subs.Get(c.keyOf(cmd)); s != nil {
		c.subs.Remove(s)
		c.wantNoMore(s)
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
		home, _ := partition.Home(i.Subject, len(c.Partitions))
		c.Send(c.Partitions[home], &partition.Appeared{Subs: []*interest.Subscription{s}})
	}
}

// takeMessage is a message of a server. It has the subject behind the @ of a reply of a stream's
// consumer: it is matched by the one and shown under the other.
func (c *connection) takeMessage(cmd *link.Command) {
	in := c.in.Buf
	op := wire.OpPub
	if cmd.Op == link.OpHmsg && cmd.Header > 0 {
		op = wire.OpHpub
	}
	subject, reply := cmd.Subject, cmd.Reply
	shown, cut, moved := peer.Shown(reply.Of(in))
	traced := op == wire.OpHpub && wire.OnlyTraced(cmd.Body.Of(in)[:cmd.Header])
	plain := !moved && !cmd.Queued && !traced && cmd.Origin.Len == 0
	repeats := plain && c.batch != nil && c.repeats(subject.Of(in))
	e := c.entry(op)
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
	if traced {
		e.Refusal, e.Alone = errOnlyTraced, true
		return
	}
	if !plain {
		f := batch.Frame{Queues: cmd.Queues, Origin: cmd.Origin}
		if moved {
			f.Match = cmd.Subject
		}
		b.Frame(e, f)
	}
	name := cmd.Subject.Of(in)
	if !c.server.Rights.MayCome(name) {
		e.Refusal = errInSilence
		return
	}
	a := c.session.Account
	if m := a.Mappings; m != nil && !moved {
		name = c.rename(m, e, name)
	}
	b.Route(topics.Partition(name, len(c.Partitions)))
	if a.Crosses && !moved {
		c.hop(&wire.Command{Op: op, Header: cmd.Header, HeaderSize: cmd.HeaderSize, Size: cmd.Size, Body: cmd.Body}, a, name, e.Reply.Of(b.Buf), 0, false)
	}
}

// repeats reports whether a message has the subject of the one before it, and nothing was decided
// for that one alone.
func (c *connection) repeats(subject []byte) bool {
	b := c.batch
	if !b.Repeatable() {
		return false
	}
	last := &b.Entries[len(b.Entries)-1]
	return !last.Renamed && bytes.Equal(last.Subject.Of(b.Buf), subject)
}

// errInSilence is what may not come over a link: nobody there waits for an answer.
var errInSilence = &wire.Error{Text: "not permitted on this link"}
