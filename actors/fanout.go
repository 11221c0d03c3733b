package actors

import (
	"slices"

	"github.com/troupe-mq/troupe/wire"
)

// This file is the short way of a commit, which nearly all messages take.

// fanOut delivers a run, messages of one subject that nothing special is to be
// done for: target by target, so that each buffer is written in one go. It
// reports false, and has done nothing, if the run is not that simple.
func (k *packer) fanOut(run []entry) bool {
	res := run[0].result
	if len(res.Groups) > 0 {
		return false
	}
	k.stamp++
	k.chosen = k.chosen[:0]
	withHeaders := run[0].op == wire.OpHpub
	for _, s := range res.Plain {
		if s.to == k.c.to || withHeaders && !s.to.headers.Load() {
			return false
		}
		if !s.open() {
			may, simple := k.mayGet(s, run)
			if !simple {
				return false
			}
			if !may {
				k.chosen = append(k.chosen, nobody)
				continue
			}
		}
		i := k.find(s.to)
		if k.parcels[i].stamp == k.stamp {
			return false // two subscriptions of one connection: their messages alternate
		}
		k.parcels[i].stamp = k.stamp
		k.chosen = append(k.chosen, i)
	}
	bytes := 0
	for i := range run {
		bytes += int(run[i].tail.Len)
	}
	copies := 0
	for j, s := range res.Plain {
		if k.chosen[j] == nobody {
			continue
		}
		n, last := s.admit(len(run)) // fewer, if an UNSUB has just come
		if last {
			k.c.exhaust(s)
		}
		if n > 0 {
			k.copyRun(run[:n], &k.parcels[k.chosen[j]], k.headFor(&run[0], s), bytes)
		}
		if k.b.told.taps != nil {
			countCopies(run[:n])
		}
		copies += n
	}
	if copies == 0 {
		return false
	}
	k.c.countRouted(len(run))
	k.c.countDelivered(copies)
	return true
}

// nobody is in place of a parcel where a subscription gets nothing of a run.
const nobody = -1

// mayGet asks about a guarded subscription, once for a run. It is not simple if
// there is a limit as well, if replies are to be noted, or if the messages have
// another name where it is.
func (k *packer) mayGet(s *subscription, run []entry) (may, simple bool) {
	if s.limit.Load() != guarded || s.to.shadow != nil {
		return false, false
	}
	rights := s.to.rights.Load()
	if rights.Responds() && slices.ContainsFunc(run, func(e entry) bool { return e.reply.Len > 0 }) {
		return false, false
	}
	return rights.MayReceive(k.b.subjectOf(&run[0]), s.queue()), true
}

// countCopies is for the taps: nobody else asks how many got which message.
func countCopies(run []entry) {
	for i := range run {
		run[i].count++
	}
}

// headFor is what every MSG of a subject to one subscription begins with.
func (k *packer) headFor(e *entry, s *subscription) []byte {
	k.head = k.head[:0]
	if e.op == wire.OpHpub {
		k.head = append(k.head, 'H')
	}
	k.head = append(k.head, msgVerb...)
	k.head = append(k.head, k.b.subjectOf(e)...)
	k.head = append(k.head, ' ')
	k.head = append(k.head, s.sid()...)
	k.head = append(k.head, ' ')
	return k.head
}

// copyRun appends a run to one parcel. bytes is the length of all its tails.
func (k *packer) copyRun(run []entry, p *parcel, head []byte, bytes int) {
	d := p.d
	if d == nil {
		d = k.room(p, len(head)+int(run[0].tail.Len), 0)
	}
	for i := range run {
		tail := k.b.tailOf(&run[i])
		need := len(head) + len(tail)
		if d.room() < need {
			d = k.room(p, need, bytes+len(head)*(len(run)-i))
		}
		at := len(d.bytes)
		d.bytes = d.bytes[:at+need]
		copy(d.bytes[at:], head)
		copy(d.bytes[at+len(head):], tail)
		bytes -= len(tail)
		d.messages++
		d.payload += int(run[i].body.Len)
	}
}
