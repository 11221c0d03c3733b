package actors

import (
	"sync"
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
	name    []byte // scratch: a subject as another account calls it
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
	if p.to.wantsOrigin {
		d.origin = k.c.origin()
	}
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
