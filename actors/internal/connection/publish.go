package connection

import (
	"github.com/troupe-mq/troupe/actors/access"
	"github.com/troupe-mq/troupe/actors/internal/account"
	"github.com/troupe-mq/troupe/actors/internal/batch"
	"github.com/troupe-mq/troupe/actors/internal/msgtrace"
	"github.com/troupe-mq/troupe/actors/report"
	"github.com/troupe-mq/troupe/topics"
	"github.com/troupe-mq/troupe/wire"
)

// This file is PUB and HPUB, as far as the connection alone can judge them.

func (c *connection) takePublish(cmd *wire.Command) {
	reserved := cmd.Reply.Len > 0 && access.ReservedReply(cmd.Reply.Of(c.in.Buf))
	traced := cmd.Op == wire.OpHpub && c.mayTrace(cmd.Body.Of(c.in.Buf)[:cmd.Header])
	repeats := cmd.Repeat && !reserved && !traced && c.batch != nil && c.batch.Repeatable()
	senseless := !repeats && c.checkSubject(cmd.Subject)
	c.checked = false
	e := c.entry(cmd.Op)
	b := c.batch
	b.Messages = true
	e.Headers, e.Subject, e.Reply, e.Body, e.Tail = cmd.Header, cmd.Subject, cmd.Reply, cmd.Body, cmd.Tail
	if !cmd.Verbatim {
		in := c.in.Buf
		b.Respell(e, cmd.Reply.Of(in), headerSize(cmd, in), cmd.Size.Of(in), cmd.Body.Of(in))
	}
	if repeats {
		e.Repeat = true
		return
	}
	e.Alone = senseless // the next of this subject is to be complained about itself
	var trace *msgtrace.Trace
	if traced {
		if trace = c.beginTrace(cmd, e); e.Refusal != nil {
			return
		}
	}
	subject := e.Subject.Of(b.Buf)
	if m := c.session.Account.Mappings; m != nil {
		subject = c.rename(m, e, subject)
	}
	// A message that a mapping loses has no name: nobody gets it, so that nobody is asked.
	if lost := len(subject) == 0; !lost && !c.session.MayPublish(subject) {
		e.Alone = e.Alone || c.session.NeedsPermits() // the next message needs a permit of its own
		if !c.session.UsePermit(subject, c.Now()) {
			e.Refusal = c.refusePublish(subject)
			c.refuseTrace(trace)
			return
		}
	}
	if reserved {
		e.Refusal, e.Alone = c.refuseReply(e.Reply.Of(b.Buf)), true
		return
	}
	b.Route(topics.Partition(subject, len(c.layout.PIDs)))
	if a := c.session.Account; a.Crosses {
		c.hop(cmd, a, subject, e.Reply.Of(b.Buf), passage{})
	}
}

// checkSubject reports whether a pedantic client publishes to a subject that makes
// no sense. It is to be told at the control line, behind the answers to all that
// came before: so the complaint is an entry of its own. The message is handled all
// the same.
func (c *connection) checkSubject(subject wire.Span) (senseless bool) {
	if !c.session.Options.Pedantic || topics.ValidSubject(subject.Of(c.in.Buf)) {
		return false
	}
	if !c.checked {
		why := topics.Flaw(string(subject.Of(c.in.Buf)), false)
		c.entry(wire.OpNone).Refusal = c.explained(wire.ErrInvalidPublishSubject, why)
	}
	return true
}

// checkUnfinished is checkSubject for a message whose payload is not there, or not
// closed as it should be.
func (c *connection) checkUnfinished() {
	if subject, ok := c.parser.Unfinished(c.in.R); ok {
		c.checkSubject(subject)
		c.checked = true
	}
}

// headerSize is the text to repeat in an HMSG; none for what travels as MSG.
func headerSize(cmd *wire.Command, in []byte) []byte {
	if cmd.Op != wire.OpHpub {
		return nil
	}
	return cmd.HeaderSize.Of(in)
}

// rename gives a message another name, by which it is known from now on: to
// permissions, to other accounts, to subscribers and to taps.
func (c *connection) rename(m *account.Mappings, e *batch.Entry, subject []byte) []byte {
	choices, b := m.Of(subject), c.batch
	if len(choices) == 0 {
		return subject
	}
	if a := c.session.Account; a.Replies.Knows(a, subject) {
		return subject // an answer to another account is to find its way
	}
	e.Alone = true // the next of this subject may get another name
	at := len(b.Spelling)
	spelling, renamed := account.Rename(b.Spelling, subject, choices, c.pub.Random)
	if !renamed {
		return subject
	}
	b.Spelling = spelling
	e.Subject, e.Renamed = wire.Span{Off: uint32(at), Len: uint32(len(spelling) - at)}, true
	if c.pub.Tracer != nil {
		c.pub.Tracer.Mapped(subject, spelling[at:])
	}
	if t := b.TraceOf(e); t != nil {
		t.Map(spelling[at:], c.Now())
	}
	return spelling[at:]
}

func (c *connection) refusePublish(subject []byte) *wire.Error {
	c.complain("publish is not permitted", "user", c.session.User(), "subject", report.Brief(string(subject)))
	return wire.PublishDenied(string(subject))
}

func (c *connection) refuseReply(reply []byte) *wire.Error {
	c.complain("reply subject is reserved", "user", c.session.User(), "reply", report.Brief(string(reply)))
	return wire.ReplyDenied(string(reply))
}
