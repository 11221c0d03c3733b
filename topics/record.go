package topics

import (
	"math"
	"unsafe"
)

// record is a result with what its owner, an Index, must know to account for it.
// Those whom the result is given to never see that.
type record[T comparable] struct {
	Result[T]
	refs   uint32 // the places in cache and combinations that hold it
	weight uint32 // what it holds, in units of weightUnit
}

const (
	weightUnit  = 16
	recordBytes = 64 // of a record with a solo's subscriber, or without
	groupBytes  = 40
)

// bytes is what the record keeps from being given back. A view counts in full:
// once the pattern is gone nobody else holds what is seen of it.
func (r *record[T]) bytes() int { return int(r.weight) * weightUnit }

// weigh notes the weight of a record that holds so many subscribers in all.
func (r *record[T]) weigh(subscribers int) {
	bytes := recordBytes + subscribers*int(unsafe.Sizeof(*new(T))) + cap(r.Groups)*groupBytes
	r.weight = uint32(min((bytes+weightUnit-1)/weightUnit, math.MaxUint32))
}

// record is what a subject gets that only s matches. It copies no members.
func (s *spot[T]) record() *record[T] {
	if s.more == nil {
		// One allocation for the record and the slice in it.
		solo := &struct {
			record[T]
			sub [1]T
		}{sub: [1]T{s.one}}
		solo.Plain = solo.sub[:]
		solo.weigh(0)
		return &solo.record
	}
	r := &record[T]{}
	r.Plain = s.more.plain.view()
	held := len(r.Plain)
	if n := len(s.more.groups.list); n > 0 {
		r.Groups = make([]Group[T], n)
		for i, g := range s.more.groups.list {
			r.Groups[i] = Group[T]{g.name, g.members.view()}
			held += len(g.members.list)
		}
	}
	r.weigh(held)
	return r
}
