package subscribers

import "github.com/troupe-mq/troupe/topics"

// Merge puts the subscribers of several patterns together, a piece at a time.
// The patterns may change between one piece and the next. What it takes up are
// views and the single subscriber of a set, so that it sees the plain subscribers of
// each pattern as they were at one moment, and so each of its queue groups.
type Merge[T comparable] struct {
	into   *Record[T] // nil until it begins
	next   int        // the leaf to take up next
	source source[T]
	names  names
	twice  bool              // a group may be met that has been taken up before
	wider  []topics.Group[T] // where all groups are moved, because there are more than was thought
	// piece is still to be copied: to Plain, or to the members of a group.
	piece   []T
	group   int // its number, or toPlain
	alone   bool
	singles slab[T]
	members int // room for members there is in the groups
	met     int // groups, each as often as it was met
	more    int // that many are to be met, as far as is known
}

const (
	toPlain = -1
	// Copying so many subscribers counts as a visit, and so does a view of
	// several as many: whoever leaves next has to copy what is seen of them.
	copiedPerUnit = 32
	seenPerUnit   = 128
)

// Record is what it has made, nil until it has begun.
func (m *Merge[T]) Record() *Record[T] { return m.into }

// Begin takes up what matches a subject literally, if anything does.
func (m *Merge[T]) Begin(w *Walk[T], literal Set[T], some bool) {
	m.into = &Record[T]{}
	if some {
		w.count(&literal)
	}
	m.more = w.groups
	if m.alone = w.crowds <= 1; !m.alone {
		m.into.Plain = make([]T, 0, w.plain)
	}
	if some {
		m.take(&literal)
	}
}

// Run goes on until all is merged or the budget is spent, and returns what is
// left of that and whether all is merged.
func (m *Merge[T]) Run(leaves []*Leaf[T], budget int) (left int, done bool) {
	for budget > 0 {
		switch {
		case len(m.piece) > 0:
			budget -= m.copy(budget)
		case m.wider != nil:
			budget -= m.widen(budget)
		case m.source.left > 0 && m.needsNames():
			m.name()
			budget--
		case m.source.left > 0:
			budget -= 1 + m.takeGroup()
		case m.next < len(leaves):
			l := leaves[m.next]
			m.next++
			budget--
			if l.pattern != "" { // else it has gone since it was found
				budget -= m.take(&l.set)
			}
		default:
			m.into.weigh(cap(m.into.Plain) + m.members)
			return budget, true
		}
	}
	return budget, false
}

// take takes up the subscribers of a pattern, and returns what that cost.
func (m *Merge[T]) take(s *Set[T]) int {
	r := m.into
	switch {
	case s.more == nil:
		r.Plain = append(r.Plain, s.one)
		return 0
	case r.Plain == nil && m.alone:
		r.Plain = s.more.plain.view()
	default:
		m.piece, m.group = s.more.plain.view(), toPlain
	}
	if s.more.groups.len() > 0 {
		m.takeGroups(&s.more.groups)
	}
	return len(s.more.plain.list) / seenPerUnit
}

// copy copies as much of the piece as the budget allows, and returns what it cost.
func (m *Merge[T]) copy(budget int) int {
	n := len(m.piece)
	if budget < n/copiedPerUnit {
		n = budget * copiedPerUnit
	}
	to := &m.into.Plain
	if m.group != toPlain {
		to = &m.into.Groups[m.group].Members
		m.members -= cap(*to)
	}
	had, room := len(*to), cap(*to)
	*to = append(*to, m.piece[:n]...) // A view has no room to append to, so this copies it.
	if m.group != toPlain {
		m.members += cap(*to)
	}
	m.piece = m.piece[n:]
	if cap(*to) != room {
		return 1 + (had+n)/copiedPerUnit
	}
	return 1 + n/copiedPerUnit
}
