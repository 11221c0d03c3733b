package commit

import (
	"github.com/troupe-mq/troupe/actors/internal/batch"
	"github.com/troupe-mq/troupe/actors/internal/interest"
	"github.com/troupe-mq/troupe/actors/internal/steps"
)

// This file is the short way of messages that are looked at one by one: of a queue group, and of a
// subject that is published to once.

// isDealt reports whether a run is for one queue group of clients, and for nobody else.
func (k *Committer) isDealt(run []batch.Entry) bool {
	res := run[0].Result
	return len(res.Plain) == 0 && len(res.Groups) == 1 &&
		k.p.Target.Kind == interest.Client && !interest.IsFar(res.Groups[0].Name)
}

// deal gives each message of a run to a member of its group, and returns how many are done. One that is refused for
// longer than a step goes on the long way.
func (k *Committer) deal(run []batch.Entry) (done int) {
	members, subject := run[0].Result.Groups[0].Members, k.b.SubjectOf(&run[0])
	for ; done < len(run) && (done == 0 || !k.isOver()); done++ {
		e := &run[done]
		k.p.Counts.CountIn(1, int(e.Body.Len))
		k.p.Acknowledge(1)
		start := uint32(k.p.Random(len(members)))
		e.Arg = 0
		served, through := k.dealTo(members[start], e, subject), true
		if !served {
			k.p.cursor.first = 1 + start
			served, through = k.choose(e, members)
		}
		if !through {
			k.p.cursor.begun = true
			return done
		}
		k.p.cursor.first = 0
		if served {
			e.Arg = 1
		}
		k.settle(run[done : done+1])
	}
	return done
}

// settle counts a message that has gone to whoever takes it, and answers for those who are not there.
func (k *Committer) settle(one []batch.Entry) {
	if one[0].Copies() > 0 {
		k.p.Counts.CountRouted(1)
		return
	}
	k.p.Counts.CountNoInterest(1)
	k.unanswered(one)
}

// dealTo delivers a message to an ordinary member of a group, and reports whether it took it.
func (k *Committer) dealTo(s *interest.Subscription, e *batch.Entry, subject []byte) bool {
	if !k.isOrdinary(s) {
		return false
	}
	t := &k.targets[k.find(s.To)]
	k.enterFence(t)
	return k.give(s, t, e, subject)
}

// isSingle reports whether a run is one message for a few subscriptions in no group.
func (k *Committer) isSingle(run []batch.Entry) bool {
	res := run[0].Result
	return len(run) == 1 && len(res.Groups) == 0 && len(res.Plain) <= few
}

// few is how many copies are made without a look at the time.
const few = 4

// single delivers one message to each of a few subscriptions.
func (k *Committer) single(one []batch.Entry) {
	e := &one[0]
	subject, copies := k.b.SubjectOf(e), uint32(0)
	k.p.Counts.CountIn(1, int(e.Body.Len))
	k.p.Acknowledge(1)
	for _, s := range e.Result.Plain {
		if k.isOrdinary(s) && k.give(s, &k.targets[k.find(s.To)], e, subject) || k.deliver(e, s) {
			copies++
		}
	}
	e.Arg = copies
	k.settle(one)
}

// isOrdinary reports whether a subscription takes messages as they are, without being asked and
// without being counted down.
func (k *Committer) isOrdinary(s *interest.Subscription) bool {
	return s.Unlimited() && s.To != k.p.Target && s.To.Shadow() == nil
}

// give delivers a message to an ordinary subscription. It reports false if that has just ended.
func (k *Committer) give(s *interest.Subscription, t *perTarget, e *batch.Entry, subject []byte) bool {
	k.work.Spend(steps.Look + steps.Delivery + steps.Bytes(int(e.Tail.Len)))
	if n, _ := s.Admit(1); n == 0 {
		return false
	}
	d := k.room(t, k.size(e, subject, s), len(k.b.Buf)-int(e.Subject.Off))
	d.Bytes = k.encode(d.Bytes, e, subject, s)
	d.Messages++
	d.Payload += int(e.Body.Len)
	k.p.Counts.CountCopies(1)
	return true
}
