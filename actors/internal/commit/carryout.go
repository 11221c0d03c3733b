package commit

import (
	"github.com/troupe-mq/troupe/actors/internal/batch"
	"github.com/troupe-mq/troupe/actors/internal/interest"
	"github.com/troupe-mq/troupe/actors/internal/msgtrace"
	"github.com/troupe-mq/troupe/actors/internal/steps"
	"github.com/troupe-mq/troupe/wire"
)

// Run carries out what is routed of the batch from where it is, until it is done, an UNSUB has to wait
// for others, or the step is over. What it has made is not sent yet.
func (k *Committer) Run() {
	b := k.b
	for k.pay() && b.Next < k.routed && !b.Fenced && !k.isOver() {
		k.work.Spend(steps.Command)
		b.Next += k.carryOut(b.Entries[b.Next:])
	}
}

// isOver reports whether others are to have their turn: because of the time, or because
// the publisher is to read first what it has sent itself. So they are before the publisher has been told
// what it is owed.
func (k *Committer) isOver() bool { return k.work.Over() || k.p.IsFull() || k.p.owes() }

// carryOut gives the first of the entries its effect, together with those that
// only repeat its subject, and returns how many entries are done. That is fewer if the
// step is over; the cursor says then how much of the next one is.
func (k *Committer) carryOut(entries []batch.Entry) int {
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
		return k.carryOutRun(entries[:n])
	}
	if e.Derived {
		k.carryOutDerived(e)
		return 1
	}
	switch e.Op {
	case wire.OpPing:
		k.p.Say(wire.Pong)
		k.p.Connection.Pinged()
	case wire.OpUnsub:
		if k.b.Fenced = k.carryOutUnsubscribe(e); !k.b.Fenced {
			k.p.Acknowledge(1)
		}
	default:
		if e.Refusal != nil {
			if e.Sub != nil { // the partition crashed on it
				k.p.Connection.Forget(e.Sub)
			}
			k.p.Say(e.Refusal.Lines)
			return 1
		}
		if e.Sub != nil {
			k.p.took(e.Sub)
		}
		k.p.Acknowledge(1)
	}
	return 1
}

// carryOutDerived is the end of a shadow's SUB or UNSUB.
func (k *Committer) carryOutDerived(e *batch.Entry) {
	if e.Refusal != nil && e.Op == wire.OpSub { // the partition crashed on it
		k.p.Connection.Forget(e.Sub.Owner())
		k.p.Say(e.Refusal.Lines)
	}
}

// carryOutRun publishes messages of one subject, and returns how many are done.
func (k *Committer) carryOutRun(run []batch.Entry) int {
	e := &run[0]
	plain := k.p.Tracer == nil && k.b.TraceOf(e) == nil
	switch {
	case e.Refusal != nil:
		k.refuse(run)
		return len(run)
	case plain && e.Result.Empty() && !k.p.cursor.begun && !k.asks(run):
		k.countIn(run)
		k.p.Counts.CountNoInterest(len(run))
		k.p.Acknowledge(len(run))
		return len(run)
	case plain && !k.p.cursor.begun && k.isSingle(run):
		k.single(run)
		return 1
	case plain && !k.p.cursor.begun && uniform(run) && !e.Result.Empty() && k.isSimple(run), k.p.cursor.fanning:
		return k.fanOut(run)
	case plain && !k.p.cursor.begun && k.isDealt(run):
		return k.deal(run)
	}
	for i := range run {
		if i > 0 && k.isOver() || !k.publish(run[i:i+1]) {
			return i
		}
	}
	return len(run)
}

// refuse answers messages that are not carried out.
func (k *Committer) refuse(run []batch.Entry) {
	k.countIn(run)
	k.p.Counts.CountRefused(len(run))
	for range run {
		k.p.Say(run[0].Refusal.Lines)
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

// publish delivers one message, in all the accounts that it is in. It reports false if
// the step is over before that is done, and goes on from there when it is called again.
func (k *Committer) publish(all []batch.Entry) (done bool) {
	e, at := &all[0], &k.p.cursor
	k.trace = k.b.TraceOf(e)
	if !at.begun {
		at.begun = true
		k.countIn(all[:1])
		k.p.Acknowledge(1)
		e.Arg = 0
		if k.trace != nil {
			k.trace.Matched(k.p.Now())
		}
	}
	for ; int(at.hop) < len(all); at.nextHop() {
		if k.trace != nil {
			k.trace.Hide(all[at.hop].Derived && k.b.Hops[all[at.hop].Hop()].Untraced)
		}
		if !k.deliverAll(&all[at.hop], e) {
			return false
		}
	}
	*at = cursor{}
	if k.trace != nil {
		k.endTrace(e)
	}
	k.tellLatency(all)
	if e.Refusal != nil { // it was only to be traced
		k.p.Counts.CountRefused(1)
	} else {
		k.settle(all[:1])
	}
	if e.Copies() == 0 {
		k.closeReplies(all)
	}
	return true
}

// endTrace hands the trace of a message over. One that was only to be traced is refused to everybody else.
func (k *Committer) endTrace(e *batch.Entry) {
	k.p.Traces.Tell(k.trace)
	if k.trace.Only {
		e.Refusal, e.Arg = msgtrace.ErrOnly, 0
	}
	k.trace = nil
}

// exhaust ends a subscription that has just had its last message. Its owner is
// told before it gets that message, so that the sid is free when the client
// reads it.
func (k *Committer) exhaust(s *interest.Subscription) {
	if s.To == k.p.Target {
		k.p.Connection.Forget(s)
		return
	}
	k.p.Send(s.To.PID, &interest.Exhausted{Sub: s})
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
		k.p.Drop(s)
	case s.IsOver():
		return false
	default:
		if !s.LimitTo(int64(e.Max())) {
			return false
		}
		k.p.Connection.Forget(s)
	}
	if s.Queue() == "" || s.To.Kind != interest.Client { // no server waits for an answer
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
