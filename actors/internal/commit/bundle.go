package commit

import (
	"bytes"

	"github.com/troupe-mq/troupe/actors/internal/batch"
	"github.com/troupe-mq/troupe/actors/internal/interest"
	"github.com/troupe-mq/troupe/actors/internal/outbox"
	"github.com/troupe-mq/troupe/actors/internal/steps"
	"github.com/troupe-mq/troupe/wire"
)

// This file is for the client that has a bundle of subscriptions for one message, of
// fifty thousand perhaps. Its copies are its own affair: the others get theirs first, and
// the publisher posts the message once.

// deliverBundle posts a message for all of a bundle, and reports whether it did: if
// not, they are given it one by one.
func (k *Committer) deliverBundle(e, original *batch.Entry, subs []*interest.Subscription, b *bundle) bool {
	to := subs[0].To
	if to == k.p.Target || k.p.Tracer != nil || k.trace != nil {
		return false
	}
	subject := k.b.SubjectOf(e)
	size := len(subs)*(len(subject)+int(e.Tail.Len)+spelledSpare) + b.sids
	if !to.Pending.HasRoom(size) {
		return false
	}
	t := &k.targets[k.find(to)]
	if b.fenced {
		k.enterFence(t)
	}
	k.post(t)
	if !to.Pending.Post(size) {
		return false
	}
	t.used = true
	n := len(subs)
	m := k.messageOf(e, subject)
	d := outbox.NewCopies(&copies{publisher: k.p.Env, message: m.clone(), subs: subs}, n, n*int(e.Body.Len), size)
	if to.WantsOrigin {
		d.Origin = k.p.Connection.Origin()
	}
	original.Arg += uint32(n)
	k.p.Counts.CountCopies(n)
	k.p.Counts.CountPosted(n)
	k.posted += int64(d.Memory())
	k.p.Send(to.PID, d)
	k.work.Spend(steps.Delivery + steps.Bytes(size))
	return true
}

// message is what is the same of all copies of one.
type message struct {
	hpub                       bool
	subject, reply, tail, body []byte // body is without headers
}

// messageOf is a message under a subject.
func (k *Committer) messageOf(e *batch.Entry, subject []byte) message {
	m := message{subject: subject, tail: k.b.TailOf(e)}
	if m.hpub = e.Op == wire.OpHpub; m.hpub {
		m.reply, m.body = k.b.ReplyOf(e), k.b.BodyOf(e)[e.Headers:]
	}
	return m
}

// clone is m in memory of its own.
func (m message) clone() message {
	m.subject, m.tail = bytes.Clone(m.subject), bytes.Clone(m.tail)
	m.reply, m.body = bytes.Clone(m.reply), bytes.Clone(m.body)
	return m
}

// spelledSpare is how many bytes a copy has beside its subject, its sid and its tail:
// verb, blanks, and a size that is spelled anew.
const spelledSpare = 32

// appendTo appends the copy for one subscription.
func (m *message) appendTo(dst []byte, s *interest.Subscription) []byte {
	switch {
	case !m.hpub:
		return wire.AppendMsg(dst, m.subject, s.SID(), m.tail)
	case s.To.Headers.Load():
		return wire.AppendHmsg(dst, m.subject, s.SID(), m.tail)
	default:
		return wire.AppendStripped(dst, m.subject, s.SID(), m.reply, m.body)
	}
}

// copies are those of one message for a bundle.
type copies struct {
	publisher *Env
	message   message
	subs      []*interest.Subscription // those that are not done yet
}

// Most is as long as one of them may become, with a sid of an ordinary length.
func (c *copies) Most() int { return len(c.message.subject) + len(c.message.tail) + copySpare }

// copySpare is the room for what is not the message's in one copy.
const copySpare = 256

// Spell appends copies until d is full.
func (c *copies) Spell(d *outbox.Deliver) (done int) {
	m := &c.message
	plain := len(m.subject) + len(m.tail) + spelledSpare
	for _, s := range c.subs {
		if done > 0 && d.Room() < plain+s.SIDLen() {
			break
		}
		done++
		ok, last := s.Admit(1)
		if last {
			c.publisher.Send(s.To.PID, &interest.Exhausted{Sub: s})
		}
		if ok > 0 || s.IsDue() {
			d.Bytes = m.appendTo(d.Bytes, s)
			d.Messages++
		}
	}
	c.subs = c.subs[done:]
	return done
}
