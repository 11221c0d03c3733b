package actors

import (
	"sync"

	"github.com/troupe-mq/troupe/wire"
)

// fullDeliver is how many bytes one deliver gathers before it is sent off.
const fullDeliver = 72 << 10

// parcel is what one target gets out of a batch.
type parcel struct {
	to    *target
	d     *deliver // nil until the first byte
	cell  uint32   // where the table points to it
	stamp uint32   // the run that has last used it
	fence uint32   // the round in which its target's fence was entered, where held
	held  bool
	used  bool // it has got something
}

// packer gathers what a batch sends, one parcel for each target. It is borrowed
// for the length of a commit.
type packer struct {
	c       *connection
	b       *batch
	parcels []parcel
	table   []uint32 // open addressing by target id: 1 + index into parcels
	last    int      // the parcel found last
	stamp   uint32
	chosen  []int  // the parcels of the run's plain subscribers
	head    []byte // scratch: "MSG subject sid "
}

const smallTable = 32

var packerPool = sync.Pool{New: func() any { return &packer{table: make([]uint32, smallTable)} }}

func newPacker(c *connection, b *batch) *packer {
	k := packerPool.Get().(*packer)
	k.c, k.b = c, b
	return k
}

// send posts every parcel to its target and gives the packer back.
func (k *packer) send() {
	for i := range k.parcels {
		k.post(&k.parcels[i])
		k.release(&k.parcels[i])
		k.table[k.parcels[i].cell] = 0
	}
	k.c.behind = k.behind()
	clear(k.parcels)
	k.parcels, k.last, k.stamp = k.parcels[:0], 0, 0
	k.c, k.b = nil, nil
	packerPool.Put(k)
}

// post sends off what a parcel holds.
func (k *packer) post(p *parcel) {
	d := p.d
	if d == nil {
		return
	}
	p.d = nil
	k.c.tally.posted += uint64(d.messages)
	k.c.system.Root.Send(p.to.pid, d)
}

// hold enters the fence of a target that may be chosen for a group.
func (k *packer) hold(to *target) {
	p := &k.parcels[k.find(to)]
	for !p.held {
		round, current := to.fence.enter()
		p.fence, p.held = round, true
		if !current {
			k.release(p)
		}
	}
}

// release leaves it again, when nothing more is to be posted.
func (k *packer) release(p *parcel) {
	if p.held && p.to.fence.leave(p.fence) {
		k.c.system.Root.Send(p.to.pid, msgFenceLeft)
	}
	p.held = false
}

// abandon is for a commit that has crashed: nobody is to wait for it.
func (k *packer) abandon() {
	for i := range k.parcels {
		k.release(&k.parcels[i])
	}
}

// find returns the index of a target's parcel.
func (k *packer) find(to *target) int {
	if k.last < len(k.parcels) && k.parcels[k.last].to == to {
		return k.last
	}
	mask := uint32(len(k.table) - 1)
	cell := uint32(to.id*0x9E3779B97F4A7C15>>32) & mask
	for ; k.table[cell] != 0; cell = (cell + 1) & mask {
		if i := int(k.table[cell] - 1); k.parcels[i].to == to {
			k.last = i
			return i
		}
	}
	if 2*len(k.parcels) >= len(k.table) {
		k.rehash()
		return k.find(to)
	}
	k.parcels = append(k.parcels, parcel{to: to, cell: cell})
	k.last = len(k.parcels) - 1
	k.table[cell] = uint32(len(k.parcels))
	return k.last
}

func (k *packer) rehash() {
	k.table = make([]uint32, 2*len(k.table))
	mask := uint32(len(k.table) - 1)
	for i := range k.parcels {
		cell := uint32(k.parcels[i].to.id*0x9E3779B97F4A7C15>>32) & mask
		for k.table[cell] != 0 {
			cell = (cell + 1) & mask
		}
		k.table[cell], k.parcels[i].cell = uint32(i+1), cell
	}
}

// room returns the parcel's deliver with space for need bytes. more is how many
// bytes this target may still get out of the batch: the first bytes go into a
// small buffer, and only a target that gets more is given a large one.
func (k *packer) room(p *parcel, need, more int) *deliver {
	d := p.d
	if d == nil {
		p.d, p.used = newDeliver(need), true
		return p.d
	}
	if d.room() >= need {
		return d
	}
	if len(d.bytes)+need > fullDeliver {
		k.post(p)
		p.d = newDeliver(max(need, min(more, fullDeliver)))
		return p.d
	}
	p.d = newDeliver(len(d.bytes) + max(need, min(more, fullDeliver-len(d.bytes))))
	p.d.bytes = append(p.d.bytes, d.bytes...)
	p.d.messages, p.d.payload, p.d.replies = d.messages, d.payload, d.replies
	d.recycle()
	return p.d
}

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
		if s.to == k.c.to || !s.open() || withHeaders && !s.to.headers.Load() {
			return false
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
		n, last := s.admit(len(run)) // fewer, if an UNSUB has just come
		if last {
			k.c.exhaust(s)
		}
		if n > 0 {
			k.copyRun(run[:n], &k.parcels[k.chosen[j]], k.headFor(run[0], s), bytes)
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

// headFor is what every MSG of a subject to one subscription begins with.
func (k *packer) headFor(e entry, s *subscription) []byte {
	k.head = k.head[:0]
	if e.op == wire.OpHpub {
		k.head = append(k.head, 'H')
	}
	k.head = append(k.head, msgVerb...)
	k.head = append(k.head, e.subject.Of(k.b.buf)...)
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

// deliver sends one message to one subscription, and reports whether it took it.
func (k *packer) deliver(e *entry, s *subscription) bool {
	if s.to == k.c.to && !k.c.options.Echo {
		return false
	}
	if !s.permits(e.subject.Of(k.b.buf)) {
		return false // before it is counted against UNSUB's max
	}
	ok, last := s.admit(1)
	if ok == 0 {
		return false
	}
	if last {
		k.c.exhaust(s)
	}
	k.c.countDelivered(1)
	if k.c.tracing {
		k.c.traceDelivery(e, s)
	}
	if s.to == k.c.to {
		k.c.countOwn(e)
		k.c.grant(e.reply.Of(k.b.buf))
		k.c.out.append(k.size(e, s), func(dst []byte) []byte { return k.encode(dst, e, s) })
		k.c.out.mark()
		return true
	}
	p := &k.parcels[k.find(s.to)]
	d := k.room(p, k.size(e, s), len(k.b.buf)-int(e.subject.Off))
	d.bytes = k.encode(d.bytes, e, s)
	d.messages++
	d.payload += int(e.body.Len)
	if e.reply.Len > 0 && s.guarded() && s.to.rights.Load().Responds() {
		d.replies = append(d.replies, string(e.reply.Of(k.b.buf)))
	}
	return true
}

// size is at least what encode appends.
func (k *packer) size(e *entry, s *subscription) int {
	const spare = 32 // verb, blanks, and a size that is spelled anew
	return int(e.subject.Len) + int(s.sidLen) + int(e.tail.Len) + spare
}

// encode appends one message as one subscription gets it.
func (k *packer) encode(dst []byte, e *entry, s *subscription) []byte {
	subject := e.subject.Of(k.b.buf)
	switch {
	case e.op != wire.OpHpub:
		return wire.AppendMsg(dst, subject, s.sid(), k.b.tailOf(e))
	case s.to.headers.Load():
		return wire.AppendHmsg(dst, subject, s.sid(), k.b.tailOf(e))
	default:
		body := e.body.Of(k.b.buf)[e.headers:]
		return wire.AppendStripped(dst, subject, s.sid(), e.reply.Of(k.b.buf), body)
	}
}

// choose delivers one message to one member of a queue group: any of them, or
// the next that can take it.
func (k *packer) choose(e *entry, members []*subscription) bool {
	n := len(members)
	start := 0
	if n > 1 {
		start = k.c.random(n)
	}
	for i := range n {
		at := start + i
		if at >= n {
			at -= n
		}
		if to := members[at].to; to != k.c.to {
			k.hold(to)
		}
		if k.deliver(e, members[at]) {
			return true
		}
	}
	return false
}

// noResponders tells the publisher, on its own subscription s, that nobody got
// its request.
func (k *packer) noResponders(e *entry, s *subscription) {
	subject, reply := e.subject.Of(k.b.buf), e.reply.Of(k.b.buf)
	const line = 80 // everything in a 503 but the subject, the reply and the sid
	k.c.out.append(len(subject)+len(reply)+int(s.sidLen)+line, func(dst []byte) []byte {
		return wire.AppendNoResponders(dst, reply, s.sid(), subject)
	})
}
