package commit

import (
	"github.com/troupe-mq/troupe/actors/internal/interest"
	"github.com/troupe-mq/troupe/actors/internal/outbox"
	"github.com/troupe-mq/troupe/actors/internal/pressure"
	"github.com/troupe-mq/troupe/actors/report"
)

// This file is what each target gets out of a batch: where it is gathered, and when it is posted.

// perTarget is what one target gets out of a batch.
type perTarget struct {
	to      *interest.Target
	d       *outbox.Deliver // nil until the first byte
	cell    uint32          // where the table points to it
	stamp   uint32          // the run that has last used it
	fence   uint32          // the round in which its target's fence was entered, where held
	entered bool
	used    bool // it has got something
}

// find returns where a target is among those of the commit.
func (k *Committer) find(to *interest.Target) int {
	if k.last < len(k.targets) && k.targets[k.last].to == to {
		return k.last
	}
	mask := uint32(len(k.table) - 1)
	cell := uint32(to.ID*0x9E3779B97F4A7C15>>32) & mask
	for ; k.table[cell] != 0; cell = (cell + 1) & mask {
		if i := int(k.table[cell] - 1); k.targets[i].to == to {
			k.last = i
			return i
		}
	}
	if 2*len(k.targets) >= len(k.table) {
		k.rehash()
		return k.find(to)
	}
	k.targets = append(k.targets, perTarget{to: to, cell: cell})
	k.last = len(k.targets) - 1
	k.table[cell] = uint32(len(k.targets))
	return k.last
}

func (k *Committer) rehash() {
	k.table = make([]uint32, 2*len(k.table))
	mask := uint32(len(k.table) - 1)
	for i := range k.targets {
		cell := uint32(k.targets[i].to.ID*0x9E3779B97F4A7C15>>32) & mask
		for k.table[cell] != 0 {
			cell = (cell + 1) & mask
		}
		k.table[cell], k.targets[i].cell = uint32(i+1), cell
	}
}

// room returns the target's deliver with space for need bytes. more is how many
// bytes this target may still get out of the batch: the first bytes go into a
// small buffer, and only a target that gets more is given a large one.
func (k *Committer) room(t *perTarget, need, more int) *outbox.Deliver {
	d := t.d
	if d == nil {
		t.d, t.used = outbox.NewDeliver(need), true
		return t.d
	}
	if d.Room() >= need {
		return d
	}
	if len(d.Bytes)+need > outbox.FullDeliver {
		k.post(t)
		t.d = outbox.NewDeliver(max(need, min(more, outbox.FullDeliver)))
		return t.d
	}
	t.d = outbox.NewDeliver(len(d.Bytes) + max(need, min(more, outbox.FullDeliver-len(d.Bytes))))
	t.d.Bytes = append(t.d.Bytes, d.Bytes...)
	t.d.Messages, t.d.Payload = d.Messages, d.Payload
	t.d.Note(d.Replies...)
	d.Move(t.d)
	d.Recycle()
	return t.d
}

// post sends off what a target holds.
func (k *Committer) post(t *perTarget) {
	d := t.d
	if d == nil {
		return
	}
	t.d = nil
	if t.to.WantsOrigin {
		d.Origin = k.p.Connection.Origin()
	}
	if len(d.Replies) > 0 {
		d.By = k.p.payer()
	}
	k.p.Counts.CountPosted(d.Messages)
	if !t.to.Pending.Post(d.Claim()) {
		k.lose(t.to, d)
		return
	}
	k.posted += int64(d.Memory())
	k.p.Send(t.to.PID, d)
}

// lose drops what there is no room for.
func (k *Committer) lose(to *interest.Target, d *outbox.Deliver) {
	why := report.SlowConsumerPendingBytes
	if to.Pending.Drops() {
		why = report.Overrun
	}
	k.p.Counters.Drop(why, d.Messages)
	if to.Pending.Refuse(d.Messages) {
		k.p.Send(to.PID, pressure.MsgEvictNow)
	}
	d.Recycle()
}

// enterFenceOf enters the fence of whoever a member of a group belongs to.
func (k *Committer) enterFenceOf(s *interest.Subscription) {
	if to := s.Owner().To; to != k.p.Target {
		k.enterFence(&k.targets[k.find(to)])
	}
}

// enterFence enters the fence of a target that may be chosen for a group.
func (k *Committer) enterFence(t *perTarget) {
	for !t.entered {
		round, current := t.to.Fence.Enter()
		t.fence, t.entered = round, true
		if !current {
			k.leaveFence(t)
		}
	}
}

// leaveFence leaves it again, when nothing more is to be posted.
func (k *Committer) leaveFence(t *perTarget) {
	if t.entered && t.to.Fence.Leave(t.fence) {
		k.p.Send(t.to.PID, interest.MsgFenceLeft)
	}
	t.entered = false
}
