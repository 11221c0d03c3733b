package subscribers

// At is the subscribers of a pattern, nil if it has none.
func (t *Trie[T]) At(pattern string) *Set[T] {
	n := t.descend(pattern)
	clear(t.path) // Do not keep what is pruned later alive.
	if n == nil {
		return nil
	}
	return &n.leaf.set
}

// Count is how many members the queue group with that name has, or with "" how many
// subscribers are in no group.
func (s *Set[T]) Count(queue string) int {
	switch {
	case s.more == nil && queue == "":
		return 1
	case s.more == nil:
		return 0
	case queue == "":
		return len(s.more.plain.list)
	}
	if g, _ := s.more.groups.find(queue); g != nil {
		return g.len()
	}
	return 0
}

// Each calls yield with each of those that [Set.Count] counts, until that returns false.
func (s *Set[T]) Each(queue string, yield func(T) bool) {
	if s.more == nil {
		if queue == "" {
			yield(s.one)
		}
		return
	}
	if queue != "" {
		if g, _ := s.more.groups.find(queue); g != nil {
			g.each(yield)
		}
		return
	}
	for _, sub := range s.more.plain.list {
		if !yield(sub) {
			return
		}
	}
}
