package connection

import (
	"github.com/troupe-mq/troupe/actors/access"
	"github.com/troupe-mq/troupe/actors/internal/account"
	"github.com/troupe-mq/troupe/actors/internal/batch"
	"github.com/troupe-mq/troupe/actors/report"
	"github.com/troupe-mq/troupe/topics"
	"github.com/troupe-mq/troupe/wire"
)

// This file is PUB and HPUB, as far as the connection alone can judge them.

func (c *connection) takePublish(cmd *wire.Command) {
	e := c.entry(cmd.Op)
	b := c.batch
	e.Headers, e.Subject, e.Reply, e.Body, e.Tail = cmd.Header, cmd.Subject, cmd.Reply, cmd.Body, cmd.Tail
	if !cmd.Verbatim {
		in := c.in.Buf
		b.Respell(e, cmd.Reply.Of(in), headerSize(cmd, in), cmd.Size.Of(in), cmd.Body.Of(in))
	}
	reserved := e.Reply.Len > 0 && access.ReservedReply(e.Reply.Of(b.Buf))
	if n := len(b.Entries); cmd.Repeat && !reserved && n > 1 && b.Entries[n-2].Published() && !b.Entries[n-2].Alone {
		e.Repeat, e.Pedantic = true, b.Entries[n-2].Pedantic
		return
	}
	subject := e.Subject.Of(b.Buf)
	e.Pedantic = c.session.Options.Pedantic && !topics.ValidSubject(subject)
	if m := c.session.Account.Mappings; m != nil {
		subject = c.rename(m, e, subject)
	}
	if lost := len(subject) == 0; !lost && !c.session.MayPublish(subject) {
		e.Alone = e.Alone || c.session.NeedsPermits() // the next message needs a permit of its own
		if !c.session.UsePermit(subject, c.Now()) {
			e.Refusal = c.refusePublish(subject)
			return
		}
	}
	if reserved {
		e.Refusal, e.Alone = c.refuseReply(e.Reply.Of(b.Buf)), true
		return
	}
	b.Route(topics.Partition(subject, len(c.Partitions)))
	if a := c.session.Account; a.Crosses {
		c.hop(cmd, a, subject, e.Reply.Of(b.Buf), 0, false)
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
