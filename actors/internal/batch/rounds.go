package batch

import (
	"github.com/troupe-mq/troupe/topics"
	"github.com/troupe-mq/troupe/wire"
)

// MostMade is how much may be made for a batch before some of it is committed, in units of which each is some 250 bytes of
// results.
const MostMade = 1 << 14

// Make counts what was made for the batch.
func (b *Batch) Make(units int) { b.made.Add(int32(units)) }

// IsFull reports whether the rest of it is to wait for the next round.
func (b *Batch) IsFull() bool { return b.made.Load() > MostMade }

// Leave notes that a partition has left some of its route for the next round.
func (b *Batch) Leave() { b.partial.Store(true) }

// Routed is how many of the first entries all their partitions have looked at.
func (b *Batch) Routed() int {
	if !b.partial.Load() {
		return len(b.Entries)
	}
	_, n := b.behind()
	for n > 0 && n < len(b.Entries) && b.Entries[n].Derived {
		n-- // one is committed with all that are derived from it
	}
	return n
}

// behind is the partition that is to look at the first of the entries that are left, and the place of this; -1 if none is left.
func (b *Batch) behind() (partition, entry int) {
	partition, entry = -1, len(b.Entries)
	for p, route := range b.Routes {
		if at := b.Progress[p]; int(at) < len(route) && int(route[at]) < entry {
			partition, entry = p, int(route[at])
		}
	}
	return partition, entry
}

// NextRound is for when what is routed is committed: what was made for that is let go, and one partition is to go on. It is the one
// that is behind the others, and may make its share, so that none of them makes all that it has in its route while another one
// is slower.
func (b *Batch) NextRound() (partition int, some bool) {
	for i := range b.Entries[:b.Next] {
		b.Entries[i].Result = nil
	}
	if partition, _ = b.behind(); partition < 0 {
		b.partial.Store(false)
		return 0, false
	}
	b.made.Store(MostMade - MostMade/int32(len(b.Routes)))
	return partition, true
}

// Reroute has the messages that nobody has looked at be routed by so many partitions of another layout. These have been told
// of all subscriptions.
func (b *Batch) Reroute(layout uint32, partitions int) {
	b.resize(partitions, layout)
	for i := b.Next; i < len(b.Entries); i++ {
		e := &b.Entries[i]
		if (e.Op == wire.OpPub || e.Op == wire.OpHpub) && !e.Repeat && e.Result == nil && e.Refusal == nil {
			p := topics.Partition(b.MatchOf(e), partitions)
			b.Routes[p] = append(b.Routes[p], uint32(i))
		}
	}
}

// resize has it be for so many partitions, of the layout with that number. None is to look at anything yet.
func (b *Batch) resize(partitions int, layout uint32) {
	b.Layout = layout
	if cap(b.Routes) < partitions {
		b.Routes = make([][]uint32, partitions)
		b.Progress = make([]uint32, partitions)
	}
	b.Routes, b.Progress = b.Routes[:partitions], b.Progress[:partitions]
	for p := range b.Routes {
		b.Routes[p], b.Progress[p] = b.Routes[p][:0], 0
	}
}
