package subscribers

import (
	"math"
	"unsafe"

	"github.com/troupe-mq/troupe/topics"
)

// Record is a result with what a cache must know to account for it. Those whom the
// result is given to never see that.
type Record[T comparable] struct {
	topics.Result[T]
	refs   uint32 // the places in a cache that hold it
	weight uint32 // what it holds, in units of weightUnit
}

const (
	weightUnit  = 16
	recordBytes = 64 // of a record with a solo's subscriber, or without
	groupBytes  = 40
)

// Bytes is what the record keeps from being given back. A view counts in full:
// once the pattern is gone nobody else holds what is seen of it.
func (r *Record[T]) Bytes() int { return int(r.weight) * weightUnit }

// Refs is how many places in a cache hold it.
func (r *Record[T]) Refs() int { return int(r.refs) }

// Take notes that one more place holds it, and reports whether that is the first.
func (r *Record[T]) Take() bool {
	r.refs++
	return r.refs == 1
}

// Release notes that a place does so no longer, and reports whether it was the last.
func (r *Record[T]) Release() bool {
	r.refs--
	return r.refs == 0
}

// Fanout is how many deliveries a message makes: a group counts as one.
func (r *Record[T]) Fanout() int { return len(r.Plain) + len(r.Groups) }

// Check reports whether the weight can be right. The empty result weighs nothing: there
// is one for all.
func (r *Record[T]) Check() bool {
	held := len(r.Plain)
	for _, g := range r.Groups {
		held += len(g.Members)
	}
	return held == 0 || r.Bytes() >= recordBytes+(held-1)*int(unsafe.Sizeof(*new(T)))+groupBytes*len(r.Groups)
}

// weigh notes the weight of a record that holds so many subscribers in all.
func (r *Record[T]) weigh(subscribers int) {
	bytes := recordBytes + subscribers*int(unsafe.Sizeof(*new(T))) + cap(r.Groups)*groupBytes
	r.weight = uint32(min((bytes+weightUnit-1)/weightUnit, math.MaxUint32))
}

// Groups is how many queue groups there are.
func (s *Set[T]) Groups() int {
	if s.more == nil {
		return 0
	}
	return s.more.groups.len()
}

// Record is what a subject gets that only s matches. It copies no members.
func (s *Set[T]) Record() *Record[T] {
	if s.more == nil {
		// One allocation for the record and the slice in it.
		solo := &struct {
			Record[T]
			sub [1]T
		}{sub: [1]T{s.one}}
		solo.Plain = solo.sub[:]
		solo.weigh(0)
		return &solo.Record
	}
	r := &Record[T]{}
	r.Plain = s.more.plain.view()
	held := len(r.Plain)
	if n := s.more.groups.len(); n > 0 {
		var singles slab[T]
		singles.expect(n)
		r.Groups = make([]topics.Group[T], n)
		for i := range r.Groups {
			g := s.more.groups.at(i)
			r.Groups[i] = topics.Group[T]{Name: g.name, Members: g.view(&singles)}
			held += g.len()
		}
	}
	r.weigh(held)
	return r
}
