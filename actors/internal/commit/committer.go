package commit

import (
	"sync"

	"github.com/troupe-mq/troupe/actors/internal/batch"
	"github.com/troupe-mq/troupe/actors/internal/interest"
	"github.com/troupe-mq/troupe/actors/internal/outbox"
	"github.com/troupe-mq/troupe/actors/internal/pressure"
	"github.com/troupe-mq/troupe/actors/internal/steps"
	"github.com/troupe-mq/troupe/actors/internal/transport"
	"github.com/troupe-mq/troupe/actors/report"
)

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

// Committer carries out a batch and gathers what that sends, by target. It is borrowed
// for the length of a step.
type Committer struct {
	p       *Publisher
	b       *batch.Batch
	targets []perTarget
	table   []uint32 // open addressing by target id: 1 + index into targets
	last    int      // the target found last
	stamp   uint32
	work    steps.Work
	posted  int64  // bytes of buffers
	head    []byte // scratch: "MSG subject sid "
	name    []byte // scratch: a subject as another account calls it
}

const smallTable = 32

var committerPool = sync.Pool{New: func() any { return &Committer{table: make([]uint32, smallTable)} }}

// New borrows a committer for one step of the commit of a batch.
func New(p *Publisher, b *batch.Batch) *Committer {
	k := committerPool.Get().(*Committer)
	k.p, k.b, k.work = p, b, steps.Begin()
	return k
}

// Send posts to every target, gives the committer back, and returns what the publisher
// is to wait for before it goes on.
func (k *Committer) Send() (pause transport.Pause) {
	k.postAll()
	for i := range k.targets {
		k.table[k.targets[i].cell] = 0
	}
	pause = k.restPause(k.pause())
	k.p.Budget.Add(k.posted)
	clear(k.targets)
	k.targets, k.last, k.stamp = k.targets[:0], 0, 0
	k.p, k.b, k.posted = nil, nil, 0
	committerPool.Put(k)
	return pause
}

// postAll posts to every target what there is so far, and leaves its fence: nobody waits for what comes next.
func (k *Committer) postAll() {
	for i := range k.targets {
		k.post(&k.targets[i])
		k.leaveFence(&k.targets[i])
	}
}

// restPause is what the publisher waits for in the middle of a message: nothing if any of
// those who are still to get it keeps up.
func (k *Committer) restPause(p transport.Pause) transport.Pause {
	at := &k.p.cursor
	if !at.begun || p.IsNone() {
		return p
	}
	e := &k.b.Entries[k.b.Next+int(at.hop)]
	if len(e.Result.Groups) > int(at.group) {
		return transport.Pause{}
	}
	for _, s := range k.orderOf(e.Result)[at.plain:] {
		if to := s.Owner().To; to.Congestion.Load() == nil && to.Pending.IsEmpty() {
			return transport.Pause{}
		}
	}
	return p
}

// pause is what the publisher waits for: that a congestion is over, or for a moment
// because all outboxes together take too much. It is nothing if any of those who get its
// messages keeps up, or does not move at all.
func (k *Committer) pause() (p transport.Pause) {
	for i := range k.targets {
		to := k.targets[i].to
		if !k.targets[i].used {
			continue
		}
		c, scarce := to.Congestion.Load(), k.p.Budget.Pace()
		if c == nil && (scarce == 0 || to.Pending.IsEmpty()) || !to.IsMoving(k.p.Now()) {
			return transport.Pause{}
		}
		p.Most = max(p.Most, scarce)
		if c != nil {
			p.Until, p.Most = c.Over, max(p.Most, c.Pace())
		}
	}
	return p
}

// post sends off what a target holds.
func (k *Committer) post(p *perTarget) {
	d := p.d
	if d == nil {
		return
	}
	p.d = nil
	if p.to.WantsOrigin {
		d.Origin = k.p.Owner.Origin()
	}
	if len(d.Replies) > 0 {
		d.By = k.p.owner()
	}
	k.p.Counts.CountPosted(d.Messages)
	if !p.to.Pending.Post(d.Claim()) {
		k.lose(p.to, d)
		return
	}
	k.posted += int64(d.Memory())
	k.p.Send(p.to.PID, d)
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

// enterFence enters the fence of a target that may be chosen for a group.
func (k *Committer) enterFence(to *interest.Target) {
	p := &k.targets[k.find(to)]
	for !p.entered {
		round, current := to.Fence.Enter()
		p.fence, p.entered = round, true
		if !current {
			k.leaveFence(p)
		}
	}
}

// leaveFence leaves it again, when nothing more is to be posted.
func (k *Committer) leaveFence(p *perTarget) {
	if p.entered && p.to.Fence.Leave(p.fence) {
		k.p.Send(p.to.PID, interest.MsgFenceLeft)
	}
	p.entered = false
}

// Abandon is for a commit that has crashed: nobody is to wait for it.
func (k *Committer) Abandon() {
	for i := range k.targets {
		k.leaveFence(&k.targets[i])
	}
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
func (k *Committer) room(p *perTarget, need, more int) *outbox.Deliver {
	d := p.d
	if d == nil {
		p.d, p.used = outbox.NewDeliver(need), true
		return p.d
	}
	if d.Room() >= need {
		return d
	}
	if len(d.Bytes)+need > outbox.FullDeliver {
		k.post(p)
		p.d = outbox.NewDeliver(max(need, min(more, outbox.FullDeliver)))
		return p.d
	}
	p.d = outbox.NewDeliver(len(d.Bytes) + max(need, min(more, outbox.FullDeliver-len(d.Bytes))))
	p.d.Bytes = append(p.d.Bytes, d.Bytes...)
	p.d.Messages, p.d.Payload = d.Messages, d.Payload
	p.d.Note(d.Replies...)
	d.Recycle()
	return p.d
}
