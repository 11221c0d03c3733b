package topics

// shared holds the results of combinations of wildcard patterns, so that
// 100,000 subjects matched by the same two patterns share one result. A
// combination is known by the stamps of its leaves: a leaf that changes gets
// another stamp, so nothing in here is ever wrong, only useless.
type shared[T comparable] struct {
	lastStamp uint64
	slots     [sharedSlots]combination[T]
}

type combination[T comparable] struct {
	stamps [maxCombined]uint64 // 0 after the last
	result *Result[T]
}

const (
	sharedSlots = 128
	maxCombined = 8 // Larger combinations are rare, and not shared.
)

// newStamp returns a stamp that no leaf has had. It also empties one slot, so
// that combinations gone by do not keep their subscribers alive for ever.
func (s *shared[T]) newStamp() uint64 {
	s.lastStamp++
	s.slots[s.lastStamp%sharedSlots] = combination[T]{}
	return s.lastStamp
}

// find returns the result of two or more leaves, or nil.
func (s *shared[T]) find(leaves []*leaf[T]) *Result[T] {
	c := s.slot(leaves)
	if c == nil || c.result == nil {
		return nil
	}
	for i, l := range leaves {
		if c.stamps[i] != l.stamp {
			return nil
		}
	}
	if len(leaves) < maxCombined && c.stamps[len(leaves)] != 0 {
		return nil
	}
	return c.result
}

func (s *shared[T]) put(leaves []*leaf[T], r *Result[T]) {
	c := s.slot(leaves)
	if c == nil {
		return
	}
	*c = combination[T]{result: r}
	for i, l := range leaves {
		c.stamps[i] = l.stamp
	}
}

func (s *shared[T]) slot(leaves []*leaf[T]) *combination[T] {
	if len(leaves) > maxCombined {
		return nil
	}
	var h uint64
	for _, l := range leaves {
		h = (h ^ l.stamp) * 0x9E3779B97F4A7C15 // the golden ratio: spreads small numbers
	}
	return &s.slots[h>>32%sharedSlots]
}
