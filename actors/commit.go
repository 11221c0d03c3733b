package actors

import (
	"github.com/troupe-mq/troupe/wire"
)

// This file is the long way of a commit: message by message, for whatever fanOut
// does not do.

// deliverAll sends a message to all who get it in one account, and returns how
// many took it.
func (k *packer) deliverAll(e *entry) (copies uint32) {
	for _, s := range e.result.Plain {
		if k.deliver(e, s) {
			copies++
		}
	}
	for i := range e.result.Groups {
		if k.choose(e, e.result.Groups[i].Members) {
			copies++
		}
	}
	return copies
}

// deliver sends one message to one subscription, and reports whether it took it.
func (k *packer) deliver(e *entry, s *subscription) bool {
	subject := k.b.subjectOf(e)
	if sh := s.to.shadow; sh != nil {
		var asked bool
		if subject, asked = k.translate(e, sh); !asked {
			return false
		}
		s = sh.of
	}
	if s.to == k.c.to && !k.c.options.Echo {
		return false
	}
	if !s.permits(subject) {
		return false // before it is counted against UNSUB's max
	}
	ok, last := s.admit(1)
	if ok == 0 {
		return false
	}
	if last {
		k.c.exhaust(s)
	}
	k.c.countDelivered(1)
	if k.c.tracing {
		k.c.traceDelivery(e, subject, s)
	}
	if s.to == k.c.to {
		k.c.countOwn(e)
		k.c.grant(k.b.replyOf(e))
		k.c.out.append(k.size(e, subject, s), func(dst []byte) []byte { return k.encode(dst, e, subject, s) })
		k.c.out.mark()
		return true
	}
	p := &k.parcels[k.find(s.to)]
	d := k.room(p, k.size(e, subject, s), len(k.b.buf)-int(e.subject.Off))
	d.bytes = k.encode(d.bytes, e, subject, s)
	d.messages++
	d.payload += int(e.body.Len)
	if e.reply.Len > 0 && s.guarded() && s.to.rights.Load().Responds() {
		d.replies = append(d.replies, string(k.b.replyOf(e)))
	}
	return true
}

// size is at least what encode appends.
func (k *packer) size(e *entry, subject []byte, s *subscription) int {
	const spare = 32 // verb, blanks, and a size that is spelled anew
	return len(subject) + int(s.sidLen) + int(e.tail.Len) + spare
}

// encode appends one message as one subscription gets it.
func (k *packer) encode(dst []byte, e *entry, subject []byte, s *subscription) []byte {
	switch {
	case e.op != wire.OpHpub:
		return wire.AppendMsg(dst, subject, s.sid(), k.b.tailOf(e))
	case s.to.headers.Load():
		return wire.AppendHmsg(dst, subject, s.sid(), k.b.tailOf(e))
	default:
		body := e.body.Of(k.b.buf)[e.headers:]
		return wire.AppendStripped(dst, subject, s.sid(), k.b.replyOf(e), body)
	}
}

// choose delivers one message to one member of a queue group: any of them, or
// the next that can take it.
func (k *packer) choose(e *entry, members []*subscription) bool {
	n := len(members)
	start := 0
	if n > 1 {
		start = k.c.random(n)
	}
	for i := range n {
		at := start + i
		if at >= n {
			at -= n
		}
		if to := members[at].owner().to; to != k.c.to {
			k.hold(to)
		}
		if k.deliver(e, members[at]) {
			return true
		}
	}
	return false
}

// noResponders tells the publisher, on its own subscription s, that nobody got
// its request.
func (k *packer) noResponders(e *entry, s *subscription) {
	subject, reply := k.b.subjectOf(e), e.reply.Of(k.b.buf)
	const line = 80 // everything in a 503 but the subject, the reply and the sid
	k.c.out.append(len(subject)+len(reply)+int(s.sidLen)+line, func(dst []byte) []byte {
		return wire.AppendNoResponders(dst, reply, s.sid(), subject)
	})
}
