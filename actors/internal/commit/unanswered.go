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

// unanswered tells the publisher of a request that nobody got it, if it wants to know.
func (k *Committer) unanswered(e *batch.Entry) {
	if !k.p.NoResponders || e.Reply.Len == 0 || k.p.Links.Syncing(k.p.Target.Account) {
		return
	}
	if s := k.inbox(string(e.Reply.Of(k.b.Buf))); s != nil {
		k.noResponders(e, s)
	}
}

// inbox is the plain subscription of the publisher's own that gets what is sent to a
// reply subject, as of the command that is carried out; nil if it has none.
func (k *Committer) inbox(reply string) *interest.Subscription {
	p := k.p
	if p.inboxes == nil {
		k.postAll() // it may take a while
		k.indexInboxes()
	}
	s, looks := p.inboxes.Find(reply)
	k.work.Spend(looks * steps.Look)
	if s == nil {
		return nil
	}
	ok, last := s.Admit(1)
	if last {
		p.Connection.Forget(s)
	}
	if ok == 0 {
		return nil
	}
	return s
}

// indexInboxes makes the index of the publisher's own subscriptions. The table has them
// as they are when all of the batch is parsed, so that what the rest of the batch does
// to them is taken back.
func (k *Committer) indexInboxes() {
	p := k.p
	rest := k.b.Entries[k.b.Next:]
	later := make(map[*interest.Subscription]bool)
	for i := range rest {
		if e := &rest[i]; e.Op == wire.OpSub && e.Sub != nil {
			later[e.Sub] = true
		}
	}
	p.inboxes = interest.NewInboxes(p.Subs, later)
	for i := range rest {
		if e := &rest[i]; e.Op == wire.OpUnsub && e.Sub != nil && e.Max() == 0 && !e.Derived {
			p.inboxes.Add(e.Sub)
		}
	}
	k.work.Spend(p.Subs.Len() * steps.Look)
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
