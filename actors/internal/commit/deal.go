package commit

import (
	"github.com/troupe-mq/troupe/actors/internal/batch"
	"github.com/troupe-mq/troupe/actors/internal/interest"
	"github.com/troupe-mq/troupe/actors/internal/steps"
)

// This file is the short way of a queue group.

// isDealt reports whether a run is for one queue group of clients, and for nobody else.
func (k *Committer) isDealt(run []batch.Entry) bool {
	res := run[0].Result
	return len(res.Plain) == 0 && len(res.Groups) == 1 &&
		k.p.Target.Kind == interest.Client && !interest.IsFar(res.Groups[0].Name)
}

// deal gives each message of a run to a member of its group, and returns how many are done.
// A message whose member is not an ordinary one goes the long way.
func (k *Committer) deal(run []batch.Entry) (done int) {
	members, subject := run[0].Result.Groups[0].Members, k.b.SubjectOf(&run[0])
	dealt, bytes := 0, 0
	for ; done < len(run) && !(done > 0 && k.isOver()); done++ {
		e := &run[done]
		if k.dealTo(members[k.p.Random(len(members))], e, subject) {
			dealt, bytes = dealt+1, bytes+int(e.Body.Len)
			k.p.Acknowledge(1)
		} else if !k.publish(run[done : done+1]) {
			break
		}
	}
	k.p.Counts.CountIn(dealt, bytes)
	k.p.Counts.CountCopies(dealt)
	k.p.Counts.CountRouted(dealt)
	return done
}

// dealTo delivers a message to a member that takes all it gets, and reports false of any other.
func (k *Committer) dealTo(s *interest.Subscription, e *batch.Entry, subject []byte) bool {
	if !s.Unlimited() || s.To == k.p.Target || s.To.Shadow() != nil {
		return false
	}
	k.work.Spend(steps.Look + steps.Delivery + steps.Bytes(int(e.Tail.Len)))
	t := &k.targets[k.find(s.To)]
	k.enterFence(t)
	if n, _ := s.Admit(1); n == 0 {
		return false // an UNSUB has just come
	}
	d := k.room(t, k.size(e, subject, s), len(k.b.Buf)-int(e.Subject.Off))
	d.Bytes = k.encode(d.Bytes, e, subject, s)
	d.Messages++
	d.Payload += int(e.Body.Len)
	e.Arg = 1
	return true
}
