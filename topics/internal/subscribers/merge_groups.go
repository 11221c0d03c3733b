package subscribers

import (
	"slices"

	"github.com/troupe-mq/troupe/topics"
	"github.com/troupe-mq/troupe/topics/dense"
	"github.com/troupe-mq/troupe/topics/internal/tokens"
)

// This file is how a Merge puts queue groups together.

// source is the queue groups of one pattern while they are taken up, from the last to the first.
type source[T comparable] struct {
	groups *groups[T] // as they are, or a copy if they are few
	copied groups[T]
	number int32
	left   int    // groups
	from   int    // how many groups of others had been taken up before
	gone   uint32 // how many of its groups had gone by then
}

// changed reports whether a group may be met twice, because another has gone.
func (s *source[T]) changed() bool { return s.groups.gone != s.gone }

// isLong reports whether the groups are looked at where they are, and change meanwhile.
func (s *source[T]) isLong() bool { return s.groups != &s.copied }

// takeGroups begins with the groups of another pattern.
func (m *Merge[T]) takeGroups(g *groups[T]) {
	s, r := &m.source, m.into
	if s.groups = g; g.many == nil {
		s.copied.few = append(s.copied.few[:0], g.few...)
		s.groups, s.copied.gone = &s.copied, g.gone
	}
	s.number++
	s.left, s.from, s.gone = g.len(), len(r.Groups), g.gone
	m.twice = s.from > 0
	if r.Groups == nil {
		r.Groups = make([]topics.Group[T], 0, s.left)
	}
	m.singles.expect(s.left)
}

// byName reports whether there are too many groups to look through for one that was taken up before.
func (m *Merge[T]) byName() bool {
	return m.twice && (m.source.isLong() || len(m.into.Groups) > mapAbove)
}

// needsNames reports whether a group that was taken up is still to be found by its name.
func (m *Merge[T]) needsNames() bool {
	m.twice = m.twice || m.source.changed()
	return m.byName() && m.names.Len() < len(m.into.Groups)
}

// name has the next one be found.
func (m *Merge[T]) name() {
	n, by := m.names.Len(), int32(0)
	if n >= m.source.from {
		by = m.source.number
	}
	m.names.add(m.into.Groups[n].Name, by)
}

// takeGroup takes up the members that a group has under one pattern, and returns what that cost.
func (m *Merge[T]) takeGroup() int {
	s, r := &m.source, m.into
	if s.left = min(s.left, s.groups.len()); s.left == 0 {
		return 0 // All have gone since.
	}
	g := s.groups.at(s.left - 1)
	i := m.find(g.name)
	switch {
	case i < 0 && len(r.Groups) == cap(r.Groups):
		m.wider = make([]topics.Group[T], 0, m.room())
		if cap(m.wider) > roomy {
			m.names.Reserve(cap(m.wider))
		}
		return 0 // It comes when there is room.
	case i < 0:
		r.Groups = append(r.Groups, topics.Group[T]{Name: g.name, Members: g.view(&m.singles)})
		m.members += g.len()
	case !m.byName():
		m.piece, m.group = g.view(&m.singles), i
	default:
		if by := m.names.At(i); *by != s.number {
			*by = s.number
			m.piece, m.group = g.view(&m.singles), i
		}
	}
	s.left--
	m.met, m.more = m.met+1, m.more-1
	return g.len() / seenPerUnit
}

// room is for how many groups there is to be room when there is none left. Of many there is for no more than are expected, if as many of
// those that are still to be met are new as were of the others: twice as much as was enough until now would be megabytes.
func (m *Merge[T]) room() int {
	n := len(m.into.Groups)
	if n < roomy {
		return 2 * n
	}
	fresh := int(int64(m.more) * int64(n) / int64(max(m.met, 1)))
	return n + max(fresh+1, n/8)
}

// find returns the number of a group that was taken up, or a negative one.
func (m *Merge[T]) find(name string) int {
	switch {
	case !m.twice:
		return -1
	case m.byName():
		return find(&m.names, m.into.Groups, name)
	}
	return slices.IndexFunc(m.into.Groups, func(g topics.Group[T]) bool { return g.Name == name })
}

const (
	roomy        = 1 << 12
	movedPerUnit = 16  // Moving so many groups counts as a visit.
	leastMoved   = 256 // Fewer are moved at once.
)

// widen moves as many of the groups as the budget allows to where there is more room, and returns what it cost.
func (m *Merge[T]) widen(budget int) int {
	all := m.into.Groups
	n := min(len(all)-len(m.wider), max(budget*movedPerUnit, leastMoved))
	m.wider = append(m.wider, all[len(m.wider):][:n]...)
	if len(m.wider) == len(all) {
		m.into.Groups, m.wider = m.wider, nil
	}
	return n / movedPerUnit
}

// names finds groups by their names. The row of a group has its number, and is the number of the last pattern
// that it was taken up from.
type names struct{ dense.Table[int32] }

func (t *names) add(name string, by int32) { *t.Add(uint32(tokens.Hash(name))) = by }

// find returns the number of a group, or a negative one.
func find[T comparable](t *names, all []topics.Group[T], name string) int {
	h := uint32(tokens.Hash(name))
	for cells := t.Look(); cells != nil; cells = t.Rest(cells) {
		for i := cells.Home(h); cells.Taken(i); i = cells.Next(i) {
			if cells.Hash(i) == h && all[cells.Row(i)].Name == name {
				return cells.Row(i)
			}
		}
	}
	return -1
}
