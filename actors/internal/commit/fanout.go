package commit

import (
	"github.com/troupe-mq/troupe/actors/internal/batch"
	"github.com/troupe-mq/troupe/actors/internal/interest"
	"github.com/troupe-mq/troupe/actors/internal/steps"
	"github.com/troupe-mq/troupe/wire"
)

// This file is the short way of a commit, which nearly all messages take.

// isSimple reports whether nothing special is to be done for a run: nobody is chosen,
// and each target has one subscription, which takes the messages as they are.
func (k *Committer) isSimple(run []batch.Entry) bool {
	res := run[0].Result
	far, simple := k.onlyFar(&run[0])
	if !simple {
		return false
	}
	k.stamp++
	withHeaders := run[0].Op == wire.OpHpub
	for _, s := range res.Plain {
		if s.To == k.p.Target || withHeaders && !s.To.Headers.Load() {
			return false
		}
		t := &k.targets[k.find(s.To)]
		if t.stamp == k.stamp {
			return false // two subscriptions of one connection: their messages alternate
		}
		t.stamp = k.stamp
	}
	k.work.Spend((len(res.Plain) + len(far)) * glance)
	return len(far) == 0 || k.takesAll(far, run)
}

// glance is the work of a look at a target.
const glance = steps.Look / 4

// fanOut delivers a run of simple messages: target by target, so that each buffer is
// written in one go. It returns how many messages are done: all, or none if the step is
// over before.
func (k *Committer) fanOut(run []batch.Entry) int {
	at, bytes := &k.p.cursor, 0
	for i := range run {
		bytes += int(run[i].Tail.Len)
	}
	if !at.fanning {
		at.fanning, at.begun = true, true
		k.countIn(run)
	}
	plain := run[0].Result.Plain
	for ; int(at.plain) < len(plain); at.plain++ {
		if k.isOver() {
			return 0
		}
		at.copies += uint32(k.fanOutTo(plain[at.plain], run, bytes))
	}
	if far, _ := k.onlyFar(&run[0]); len(far) > 0 && !k.fanOutFar(far, run, bytes) {
		return 0
	}
	copies := at.copies
	*at = cursor{}
	if copies > 0 {
		k.p.Counts.CountRouted(len(run))
		k.p.Acknowledge(len(run))
		return len(run)
	}
	k.p.Counts.CountNoInterest(len(run))
	k.p.Acknowledge(len(run))
	k.unanswered(run)
	return len(run)
}

// fanOutTo delivers a run to one subscription, and returns how many copies it took.
// bytes is the length of all tails.
func (k *Committer) fanOutTo(s *interest.Subscription, run []batch.Entry, bytes int) (copies int) {
	k.work.Spend(steps.Delivery + len(run)*steps.Look + steps.Bytes(bytes))
	if !s.Unlimited() {
		may, simple := k.mayGet(s, run)
		if !simple {
			return k.deliverRun(s, run)
		}
		if !may {
			return 0
		}
	}
	n, last := s.Admit(len(run)) // fewer, if an UNSUB has just come
	if last {
		k.exhaust(s)
	}
	if n == 0 {
		return 0
	}
	t := &k.targets[k.find(s.To)]
	k.copyRun(run[:n], t, k.headFor(&run[0], s), bytes)
	if k.p.Tapped {
		countCopies(run[:n])
	}
	k.p.Counts.CountCopies(n)
	return n
}

// deliverRun delivers a run to one subscription the long way.
func (k *Committer) deliverRun(s *interest.Subscription, run []batch.Entry) (copies int) {
	for i := range run {
		if k.deliver(&run[i], s) {
			run[i].Arg++
			copies++
		}
	}
	return copies
}

// mayGet asks about a filtered subscription, once for a run. It is not simple if
// there is a limit as well, if replies are to be noted, or if the messages have
// another name where it is.
func (k *Committer) mayGet(s *interest.Subscription, run []batch.Entry) (may, simple bool) {
	if s.Limit.Load() != interest.Filtered || s.To.Shadow() != nil {
		return false, false
	}
	rights := s.To.Rights.Load()
	if rights.Responds() && hasReply(run) {
		return false, false
	}
	return k.permits(s, &run[0]), true
}

// countCopies is for the taps: nobody else asks how many got which message.
func countCopies(run []batch.Entry) {
	for i := range run {
		run[i].Arg++
	}
}

// headFor is what every MSG of a subject to one subscription begins with.
func (k *Committer) headFor(e *batch.Entry, s *interest.Subscription) []byte {
	k.head = k.head[:0]
	if f := s.To.Face(); f != nil {
		k.head = f.Rename(append(k.head, f.Head(e.Op == wire.OpHpub)...), k.b.SubjectOf(e))
		k.head = append(k.head, ' ')
		return k.head
	}
	if e.Op == wire.OpHpub {
		k.head = append(k.head, 'H')
	}
	k.head = append(k.head, interest.MsgVerb...)
	k.head = append(k.head, k.b.SubjectOf(e)...)
	k.head = append(k.head, ' ')
	k.head = append(k.head, s.SID()...)
	k.head = append(k.head, ' ')
	return k.head
}

// copyRun appends a run to one target. bytes is the length of all its tails.
func (k *Committer) copyRun(run []batch.Entry, t *perTarget, head []byte, bytes int) {
	d := t.d
	if d == nil {
		d = k.room(t, len(head)+int(run[0].Tail.Len), 0)
	}
	for i := range run {
		tail := k.b.TailOf(&run[i])
		need := len(head) + len(tail)
		if d.Room() < need {
			d = k.room(t, need, bytes+len(head)*(len(run)-i))
		}
		at := len(d.Bytes)
		d.Bytes = d.Bytes[:at+need]
		copy(d.Bytes[at:], head)
		copy(d.Bytes[at+len(head):], tail)
		bytes -= len(tail)
		d.Messages++
		d.Payload += int(run[i].Body.Len)
	}
}
