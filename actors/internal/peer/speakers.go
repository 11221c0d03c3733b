package peer

import "github.com/troupe-mq/troupe/actors/internal/interest"

// speakers are the partitions that a [Ledger] has heard: those of the newest layout. Each thing said has a generation, which
// is a number that the next one to begin anew has not used: so what was said before can be told.
type speakers struct {
	layout uint32
	all    []speaker // by the numbers of the partitions
	last   uint32    // generation
	older  uint32    // the last generation of the layouts before
}

type speaker struct {
	generation uint32
	complete   bool // it has stated all that it knows, in this generation or one before
}

// hear is who states something, nil if it is of a layout that another one has followed. What that one says is true.
func (x *speakers) hear(m *interest.Stated) *speaker {
	switch {
	case x.all == nil || m.Layout > x.layout:
		x.layout, x.older = m.Layout, x.last
		x.last++
		x.all = make([]speaker, m.Of)
		for p := range x.all {
			x.all[p].generation = x.last
		}
	case m.Layout < x.layout:
		return nil
	}
	s := &x.all[m.Partition]
	if m.Anew {
		x.last++
		s.generation = x.last
	}
	s.complete = s.complete || m.Complete
	return s
}

// areComplete reports whether each has stated all that it knows.
func (x *speakers) areComplete() bool {
	for p := range x.all {
		if !x.all[p].complete {
			return false
		}
	}
	return true
}

// superseded is what has been said and is true no more behind a Complete statement: what that partition has said before it
// began anew; and, when all partitions of a layout have said what they know, what those of another one have said before.
func (x *speakers) superseded(by interest.Speaker) func(*said) bool {
	if by.Layout != x.layout || x.all == nil {
		return nil
	}
	now, complete := x.all[by.Partition].generation, x.areComplete()
	return func(s *said) bool {
		switch {
		case by.Layout != x.layout:
			return false
		case s.generation <= x.older:
			return complete
		default:
			return int(s.partition) == by.Partition && s.generation != now && x.all[by.Partition].generation == now
		}
	}
}
