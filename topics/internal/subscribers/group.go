package subscribers

import (
	"github.com/troupe-mq/troupe/topics/dense"
	"github.com/troupe-mq/troupe/topics/internal/tokens"
)

// group is the members that one queue group has under one pattern. Most have a single one here:
// more is nil and one is it.
type group[T comparable] struct {
	name string
	one  T
	more *bag[T]
}

func (g *group[T]) hash() uint32 { return uint32(tokens.Hash(g.name)) }

func (g *group[T]) len() int {
	if g.more == nil {
		return 1
	}
	return len(g.more.list)
}

// add reports whether sub is new to a group that has members already.
func (g *group[T]) add(sub T) bool {
	if g.more == nil {
		if g.one == sub {
			return false
		}
		g.more = &bag[T]{}
		g.more.add(g.one)
		g.one = *new(T)
	}
	return g.more.add(sub)
}

// remove reports whether sub was there, and whether the group is now empty and must be thrown away.
func (g *group[T]) remove(sub T) (removed, empty bool) {
	if g.more == nil {
		was := g.one == sub
		return was, was
	}
	if removed = g.more.remove(sub); len(g.more.list) == 1 {
		g.one, g.more = g.more.list[0], nil
	}
	return removed, false
}

// each calls yield with every member, until that returns false, which it reports.
func (g *group[T]) each(yield func(T) bool) bool {
	if g.more == nil {
		return yield(g.one)
	}
	for _, sub := range g.more.list {
		if !yield(sub) {
			return false
		}
	}
	return true
}

// view returns the members. The slice never changes.
func (g *group[T]) view(s *slab[T]) []T {
	if g.more == nil {
		return s.of(g.one)
	}
	return g.more.view()
}

// slab is where slices of one are cut from: an allocation for each would be twice as large.
type slab[T comparable] []T

const slabLength = 256

// of is a slice of one. So many more are expected.
func (s *slab[T]) of(one T) []T {
	if len(*s) == cap(*s) {
		*s = make([]T, 0, slabLength)
	}
	*s = append(*s, one)
	return (*s)[len(*s)-1 : len(*s) : len(*s)]
}

// expect makes room for so many slices of one, if they are few.
func (s *slab[T]) expect(n int) {
	if n < slabLength && cap(*s)-len(*s) < n {
		*s = make([]T, 0, n)
	}
}

// groups is the queue groups of one pattern, none of them without members. They have numbers from 0, and where one has
// gone the last one takes its number. So who goes through them from the last to the first while they change misses
// none that stays; it may meet one twice if others have gone.
type groups[T comparable] struct {
	few  []group[T]
	many *dense.Table[group[T]] // instead of few, once there are too many to look through
	gone uint32                 // how many have gone
}

func (g *groups[T]) len() int {
	if g.many != nil {
		return g.many.Len()
	}
	return len(g.few)
}

// at returns the group with a number. The pointer is good until groups come or go.
func (g *groups[T]) at(n int) *group[T] {
	if g.many != nil {
		return g.many.At(n)
	}
	return &g.few[n]
}

// find returns a group and its number, or nil.
func (g *groups[T]) find(name string) (*group[T], int) {
	if g.many != nil {
		return g.look(name, uint32(tokens.Hash(name)))
	}
	for i := range g.few {
		if g.few[i].name == name {
			return &g.few[i], i
		}
	}
	return nil, 0
}

func (g *groups[T]) look(name string, h uint32) (*group[T], int) {
	for cells := g.many.Look(); cells != nil; cells = g.many.Rest(cells) {
		for i := cells.Home(h); cells.Taken(i); i = cells.Next(i) {
			if cells.Hash(i) != h {
				continue
			}
			if one := g.many.At(cells.Row(i)); one.name == name {
				return one, cells.Row(i)
			}
		}
	}
	return nil, 0
}

// add reports whether sub is new to a group.
func (g *groups[T]) add(name string, sub T) bool {
	if one, _ := g.find(name); one != nil {
		return one.add(sub)
	}
	if g.many == nil && len(g.few) == mapAbove {
		g.many = &dense.Table[group[T]]{}
		for i := range g.few {
			*g.many.Add(g.few[i].hash()) = g.few[i]
		}
		g.few = nil
	}
	made := group[T]{name: name, one: sub}
	if g.many != nil {
		*g.many.Add(made.hash()) = made
	} else {
		g.few = append(g.few, made)
	}
	return true
}

// remove reports whether sub was there.
func (g *groups[T]) remove(name string, sub T) bool {
	one, n := g.find(name)
	if one == nil {
		return false
	}
	removed, empty := one.remove(sub)
	if empty {
		g.drop(n)
	}
	return removed
}

// drop removes a group.
func (g *groups[T]) drop(n int) {
	g.gone++
	if g.many == nil {
		last := len(g.few) - 1
		g.few[n] = g.few[last]
		g.few[last] = group[T]{} // Do not keep it alive.
		g.few = g.few[:last]
		return
	}
	g.many.Remove(g.many.At(n).hash(), n, (*group[T]).hash)
	if left := g.many.Len(); left < mapAbove/2 {
		g.few = make([]group[T], left)
		for i := range g.few {
			g.few[i] = *g.many.At(i)
		}
		g.many = nil
	}
}
