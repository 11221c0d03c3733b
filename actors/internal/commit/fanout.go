package commit

import (
	"slices"

	"github.com/troupe-mq/troupe/actors/internal/batch"
	"github.com/troupe-mq/troupe/actors/internal/interest"
	"github.com/troupe-mq/troupe/wire"
)

// This file is the short way of a commit, which nearly all messages take.

// fanOut delivers a run, messages of one subject that nothing special is to be
// done for: target by target, so that each buffer is written in one go. It
// reports false, and has done nothing, if the run is not that simple.
func (k *Committer) fanOut(run []batch.Entry) bool {
	res := run[0].Result
	if len(res.Groups) > 0 {
		return false
	}
	k.stamp++
	k.chosen = k.chosen[:0]
	withHeaders := run[0].Op == wire.OpHpub
	for _, s := range res.Plain {
		if s.To == k.p.Target || withHeaders && !s.To.Headers.Load() {
			return false
		}
		if !s.Unlimited() {
			may, simple := k.mayGet(s, run)
			if !simple {
				return false
			}
			if !may {
				k.chosen = append(k.chosen, nobody)
				continue
			}
		}
		i := k.find(s.To)
		if k.targets[i].stamp == k.stamp {
			return false // two subscriptions of one connection: their messages alternate
		}
		k.targets[i].stamp = k.stamp
		k.chosen = append(k.chosen, i)
	}
	bytes := 0
	for i := range run {
		bytes += int(run[i].Tail.Len)
	}
	copies := 0
	for j, s := range res.Plain {
		if k.chosen[j] == nobody {
			continue
		}
		n, last := s.Admit(len(run)) // fewer, if an UNSUB has just come
		if last {
			k.exhaust(s)
		}
		if n > 0 {
			k.copyRun(run[:n], &k.targets[k.chosen[j]], k.headFor(&run[0], s), bytes)
		}
		if k.p.Tapped {
			countCopies(run[:n])
		}
		copies += n
	}
	if copies == 0 {
		return false
	}
	k.p.Counts.CountRouted(len(run))
	k.p.Counts.CountCopies(copies)
	return true
}

// nobody is in place of a target where a subscription gets nothing of a run.
const nobody = -1

// mayGet asks about a filtered subscription, once for a run. It is not simple if
// there is a limit as well, if replies are to be noted, or if the messages have
// another name where it is.
func (k *Committer) mayGet(s *interest.Subscription, run []batch.Entry) (may, simple bool) {
	if s.Limit.Load() != interest.Filtered || s.To.Shadow != nil {
		return false, false
	}
	rights := s.To.Rights.Load()
	if rights.Responds() && slices.ContainsFunc(run, func(e batch.Entry) bool { return e.Reply.Len > 0 }) {
		return false, false
	}
	return rights.MayReceive(k.b.SubjectOf(&run[0]), s.Queue()), true
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
func (k *Committer) copyRun(run []batch.Entry, p *perTarget, head []byte, bytes int) {
	d := p.d
	if d == nil {
		d = k.room(p, len(head)+int(run[0].Tail.Len), 0)
	}
	for i := range run {
		tail := k.b.TailOf(&run[i])
		need := len(head) + len(tail)
		if d.Room() < need {
			d = k.room(p, need, bytes+len(head)*(len(run)-i))
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
