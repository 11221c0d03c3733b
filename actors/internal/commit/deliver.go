package commit

import (
	"github.com/troupe-mq/troupe/actors/internal/batch"
	"github.com/troupe-mq/troupe/actors/internal/interest"
	"github.com/troupe-mq/troupe/actors/internal/msgtrace"
	"github.com/troupe-mq/troupe/actors/internal/steps"
	"github.com/troupe-mq/troupe/wire"
)

// This file is the long way of a commit: message by message, for whatever fanOut
// does not do.

// deliverAll sends a message, as it is in one account, to all who get it there, and
// counts the copies in the original. It reports false if the step is over before.
func (k *Committer) deliverAll(e, original *batch.Entry) (done bool) {
	at := &k.p.cursor
	if !k.arrange(e.Result) || !k.deliverPlain(e, original) {
		return false
	}
	far := k.anyFar(e.Result)
	for groups := k.groupsOf(e.Result); int(at.group) < len(groups); at.group++ {
		if k.isOver() {
			return false
		}
		k.work.Spend(steps.Look)
		served, done := k.serve(e, &groups[at.group], far)
		if !done {
			return false
		}
		if served {
			original.Arg++
		}
	}
	return k.sendTo(func(h *batch.Hit) {
		if k.sendHit(e, h) {
			original.Arg++
		}
	})
}

// serve gives a message to one member of a group, and reports whether it took it. It is not done if the step
// is over before that is known. Servers are only noted: each gets the message once, for all of the groups that
// it is chosen for.
func (k *Committer) serve(e *batch.Entry, g *group, anyFar bool) (served, done bool) {
	switch {
	case interest.IsFar(g.Name):
		return false, k.serveFar(e, g)
	case !k.isFor(e, g.Name):
		return false, true
	}
	var far *group
	if anyFar {
		far = k.farOf(e.Result, g.Name)
	}
	at := &k.p.cursor
	if at.first == 0 {
		if far != nil {
			if noted, done := k.chooseInCluster(e, far, len(g.Members)); noted || !done {
				return false, done
			}
		}
		at.first = 1 + uint32(k.p.Random(len(g.Members)))
	}
	if at.first != allFar {
		if served, done = k.choose(e, g.Members); done && !served && far != nil {
			at.first = allFar
		}
	}
	if at.first == allFar {
		done = k.chooseFar(e, far)
	}
	if done {
		at.first = 0
	}
	return served, done
}

// deliverPlain sends a message to all who are in no queue group, or alone in one. It reports false if the
// step is over before.
func (k *Committer) deliverPlain(e, original *batch.Entry) (done bool) {
	at := &k.p.cursor
	order := k.orderOf(e.Result)
	for ; int(at.plain) < len(order); at.plain++ {
		if k.isOver() {
			return false
		}
		if b := at.spread.at(int(at.plain)); b != nil && k.deliverBundle(e, original, order[b.from:b.to], b) {
			at.plain = uint32(b.to - 1)
			continue
		}
		s := order[at.plain]
		if at.spread != nil && s.Queue() != "" {
			k.enterFenceOf(s)
		}
		if k.deliver(e, s) {
			original.Arg++
		}
	}
	return true
}

// deliver sends one message to one subscription, and reports whether it took it.
func (k *Committer) deliver(e *batch.Entry, s *interest.Subscription) bool {
	subject, permits := k.b.SubjectOf(e), false
	if sh := s.To.Shadow(); sh == nil {
		permits = k.permits(s, e)
	} else {
		var asked bool
		if subject, asked = k.translate(e, sh); !asked {
			return false
		}
		pattern := s.Subject()
		s = sh.Of
		permits = k.permitsAs(s, subject)
		if k.trace != nil {
			k.trace.Export(s.To.Account.Name, pattern, subject, sh.Via.AllowTrace, k.p.Now())
		}
	}
	k.work.Spend(steps.Look)
	if s.To == k.p.Target && !k.p.Echo {
		return k.withhold(s, msgtrace.NoEcho)
	}
	if !permits {
		return k.withhold(s, msgtrace.SubDenied) // before it is counted against UNSUB's max
	}
	if k.trace != nil && k.trace.Only {
		k.trace.Out(s, "", k.p.Now())
		return true
	}
	ok, last := s.Admit(1)
	if ok == 0 {
		return k.withhold(s, msgtrace.SubClosed)
	}
	if last {
		k.exhaust(s)
	}
	k.p.Counts.CountCopies(1)
	k.work.Spend(steps.Delivery + steps.Bytes(int(e.Tail.Len)))
	if k.p.Tracer != nil {
		k.p.Tracer.Delivery(k.b, e, subject, s)
	}
	var way *msgtrace.Way
	if k.trace != nil {
		way = k.trace.Out(s, "", k.p.Now())
	}
	if s.To == k.p.Target {
		k.p.Counts.CountPosted(1)
		k.p.Counts.CountOut(1, int(e.Body.Len))
		k.p.Connection.Grant(k.b.ReplyOf(e), k.p.payer())
		k.p.Out.Append(k.size(e, subject, s), func(dst []byte) []byte { return k.encode(dst, e, subject, s) })
		k.p.Out.Mark()
		if way != nil {
			k.p.Out.Watch(way)
		}
		return true
	}
	t := &k.targets[k.find(s.To)]
	d := k.room(t, k.size(e, subject, s), len(k.b.Buf)-int(e.Subject.Off))
	d.Bytes = k.encode(d.Bytes, e, subject, s)
	d.Messages++
	d.Payload += int(e.Body.Len)
	if way != nil {
		d.Watch(way)
	}
	if e.Reply.Len > 0 && s.IsFiltered() && s.To.Rights.Load().Responds() {
		d.Note(string(k.b.ReplyOf(e)))
	}
	return true
}

// withhold notes in a trace why a subscription does not get a message.
func (k *Committer) withhold(s *interest.Subscription, why string) (served bool) {
	if k.trace != nil {
		k.trace.Out(s, why, k.p.Now())
	}
	return false
}

// size is at least what encode appends.
func (k *Committer) size(e *batch.Entry, subject []byte, s *interest.Subscription) int {
	return len(subject) + s.SIDLen() + int(e.Tail.Len) + spelledSpare
}

// encode appends one message as the subscription of a client gets it. Nearly all have no headers, and for
// them to make a message first would cost as much as to write it.
func (k *Committer) encode(dst []byte, e *batch.Entry, subject []byte, s *interest.Subscription) []byte {
	if e.Op != wire.OpHpub {
		return wire.AppendMsg(dst, subject, s.SID(), k.b.TailOf(e))
	}
	m := k.messageOf(e, subject)
	return m.appendTo(dst, s)
}

// choose delivers one message to a member of a queue group: to the first that takes it, from the one on
// that the cursor begins with. Members may be a hundred thousand that do not, as those of a publisher that has turned its echo off,
// so it is not done if the step is over before, and goes on with the next one.
func (k *Committer) choose(e *batch.Entry, members []*interest.Subscription) (served, done bool) {
	at, n := &k.p.cursor, uint32(len(members))
	for ; at.asked < n && !served; at.asked++ {
		if k.isOver() {
			return false, false
		}
		s := members[(at.first-1+at.asked)%n]
		k.enterFenceOf(s)
		served = k.deliver(e, s)
	}
	at.asked = 0
	return served, true
}
