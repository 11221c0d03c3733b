package commit

import (
	"github.com/troupe-mq/troupe/actors/internal/batch"
	"github.com/troupe-mq/troupe/actors/internal/interest"
	"github.com/troupe-mq/troupe/actors/internal/steps"
	"github.com/troupe-mq/troupe/wire"
)

// This file is what becomes of a request that nobody gets: its publisher is told at once, by a message
// of status 503 on its own subscription for the answer, if CONNECT has asked for that.

// asks reports whether the publisher wants to know that nobody gets some of its messages.
func (k *Committer) asks(run []batch.Entry) bool {
	return k.p.NoResponders && hasReply(run)
}

// hasReply reports whether any message of a run is a request.
func hasReply(run []batch.Entry) bool {
	for i := range run {
		if run[i].Reply.Len > 0 {
			return true
		}
	}
	return false
}

// owed is what a publisher has still to be told: that nobody got its requests. To find the subscription that
// it waits with may take several steps, where it has a hundred thousand.
type owed struct {
	*interest.Inboxes               // nil until it is needed
	requests          []batch.Entry // the last that were carried out; those without a reply subject are none
}

// owes reports whether the last requests are to be answered before the batch goes on.
func (p *Publisher) owes() bool { return p.owed != nil && len(p.owed.requests) > 0 }

// IsThrough reports whether so many entries of a batch are carried out, and all is said about them.
func (p *Publisher) IsThrough(b *batch.Batch, routed int) bool { return b.Next == routed && !p.owes() }

// unanswered tells the publisher of requests that nobody got them, if it wants to know. It has been told that they were
// carried out.
func (k *Committer) unanswered(run []batch.Entry) {
	p := k.p
	if !k.asks(run) || p.Links.Syncing(p.Target.Account) {
		return
	}
	if p.owed == nil {
		p.owed = &owed{}
	}
	p.owed.requests = run
	k.pay()
}

// pay tells what is owed, as far as the step goes, and reports whether that was all.
func (k *Committer) pay() (all bool) {
	if !k.p.owes() {
		return true
	}
	for o := k.p.owed; len(o.requests) > 0; o.requests = o.requests[1:] {
		e := &o.requests[0]
		if e.Reply.Len == 0 {
			continue
		}
		s, done := k.inbox(string(e.Reply.Of(k.b.Buf)))
		if !done {
			return false
		}
		if s != nil {
			k.noResponders(e, s)
		}
	}
	k.p.owed.requests = nil
	return true
}

// inbox is the plain subscription of the publisher's own that gets what is sent to a
// reply subject, as of the command that is carried out; nil if it has none. It reports false
// if the step is over before that is known.
func (k *Committer) inbox(reply string) (s *interest.Subscription, done bool) {
	if k.work.Over() || k.p.IsFull() || !k.indexInboxes() {
		return nil, false
	}
	s, looks, done := k.p.owed.Find(reply, k.work.Left()/steps.Look)
	k.work.Spend(looks * steps.Look)
	if s == nil {
		return nil, done
	}
	ok, last := s.Admit(1)
	if last {
		k.p.Connection.Forget(s)
	}
	if ok == 0 {
		return nil, true
	}
	return s, true
}

// indexInboxes makes the index of the publisher's own subscriptions, and reports false if the step is
// over before. The table has them as they are when all of the batch is parsed, so that what the rest of
// the batch does to them is taken back.
func (k *Committer) indexInboxes() (made bool) {
	o, rest := k.p.owed, k.b.Entries[k.b.Next:]
	if o.Inboxes == nil {
		later := make(map[*interest.Subscription]bool)
		for i := range rest {
			if e := &rest[i]; e.Op == wire.OpSub && e.Sub != nil {
				later[e.Sub] = true
			}
		}
		o.Inboxes = interest.NewInboxes(k.p.Subs, later)
		for i := range rest {
			if e := &rest[i]; e.Op == wire.OpUnsub && e.Sub != nil && e.Max() == 0 && !e.Derived {
				o.Add(e.Sub)
			}
		}
	}
	looks, made := o.Build(k.work.Left() / steps.Look)
	k.work.Spend(looks * steps.Look)
	return made
}

// noResponders tells the publisher, on its own subscription s, that nobody got
// its request.
func (k *Committer) noResponders(e *batch.Entry, s *interest.Subscription) {
	subject, reply := k.b.SubjectOf(e), e.Reply.Of(k.b.Buf)
	const line = 80 // everything in a 503 but the subject, the reply and the sid
	k.p.Out.Append(len(subject)+len(reply)+s.SIDLen()+line, func(dst []byte) []byte {
		return wire.AppendNoResponders(dst, reply, s.SID(), subject)
	})
}
