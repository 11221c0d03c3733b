package commit

import (
	"github.com/troupe-mq/troupe/actors/internal/batch"
	"github.com/troupe-mq/troupe/actors/internal/interest"
	"github.com/troupe-mq/troupe/wire"
)

// CarryOut gives the first of the entries its effect, together with those that
// only repeat its subject, and returns how many entries that were.
func (k *Committer) CarryOut(entries []batch.Entry) int {
	e := &entries[0]
	if e.Published() {
		n := 1
		for n < len(entries) && entries[n].Repeat {
			entries[n].Result, entries[n].Refusal = e.Result, e.Refusal
			n++
		}
		if n < len(entries) && entries[n].Derived {
			return k.carryOutHops(entries)
		}
		k.carryOutRun(entries[:n])
		return n
	}
	if e.Derived {
		k.carryOutDerived(e)
		return 1
	}
	switch e.Op {
	case wire.OpPing:
		k.p.Say(wire.Pong)
		k.p.Owner.Pinged()
	case wire.OpUnsub:
		if k.b.Fenced = k.carryOutUnsubscribe(e); !k.b.Fenced {
			k.p.Acknowledge(1)
		}
	default:
		if e.Refusal != nil {
			if e.Sub != nil { // the partition crashed on it
				k.p.Owner.Forget(e.Sub)
			}
			k.p.Say(e.Refusal.Lines)
			return 1
		}
		k.p.Acknowledge(1)
	}
	return 1
}

// carryOutDerived is the end of a shadow's SUB or UNSUB.
func (k *Committer) carryOutDerived(e *batch.Entry) {
	if e.Refusal != nil && e.Op == wire.OpSub { // the partition crashed on it
		k.p.Owner.Forget(e.Sub.Owner())
		k.p.Say(e.Refusal.Lines)
	}
}

// carryOutRun publishes messages of one subject.
func (k *Committer) carryOutRun(run []batch.Entry) {
	k.countIn(run)
	e := &run[0]
	plain := k.p.Tracer == nil
	switch {
	case e.Refusal != nil:
		k.p.Counts.CountRefused(len(run))
		for range run {
			k.p.Say(e.Refusal.Lines)
		}
	case plain && e.Result.Empty() && !k.p.NoResponders:
		k.p.Counts.CountNoInterest(len(run))
		k.p.Acknowledge(len(run))
	case plain && uniform(run) && !e.Result.Empty() && k.fanOut(run):
		k.p.Acknowledge(len(run))
	default:
		for i := range run {
			k.publish(run[i : i+1])
		}
	}
}

// uniform reports whether a run is all PUB or all HPUB.
func uniform(run []batch.Entry) bool {
	for i := range run {
		if run[i].Op != run[0].Op {
			return false
		}
	}
	return true
}

// publish delivers one message, in all the accounts that it is in, and reports
// whether anybody got it.
func (k *Committer) publish(all []batch.Entry) bool {
	e := &all[0]
	k.p.Acknowledge(1)
	e.Arg = 0
	for i := range all {
		e.Arg += k.deliverAll(&all[i])
	}
	if e.Arg > 0 {
		k.p.Counts.CountRouted(1)
		return true
	}
	k.p.Counts.CountNoInterest(1)
	if k.p.NoResponders && e.Reply.Len > 0 {
		if s := k.p.inbox(string(e.Reply.Of(k.b.Buf))); s != nil {
			k.noResponders(e, s)
		}
	}
	return false
}

// exhaust ends a subscription that has just had its last message. Its owner is
// told before it gets that message, so that the sid is free when the client
// reads it.
func (k *Committer) exhaust(s *interest.Subscription) {
	if s.To == k.p.Target {
		k.p.Owner.Forget(s)
		return
	}
	k.p.Host.Send(s.To.PID, &interest.Exhausted{Sub: s})
}

// carryOutUnsubscribe reports whether those who may have chosen the subscription
// must be waited for.
func (k *Committer) carryOutUnsubscribe(e *batch.Entry) (fenced bool) {
	s := e.Sub
	switch {
	case s == nil:
		return false
	case e.Max() == 0:
		s.End()
	case s.IsOver():
		return false
	default:
		if !s.LimitTo(int64(e.Max())) {
			return false
		}
		k.p.Owner.Forget(s)
	}
	if s.Queue() == "" {
		return false
	}
	k.p.Target.Fence.Begin()
	return true
}

// countIn counts messages that the client published.
func (k *Committer) countIn(run []batch.Entry) {
	bytes := 0
	for i := range run {
		bytes += int(run[i].Body.Len)
	}
	k.p.Counts.CountIn(len(run), bytes)
}
