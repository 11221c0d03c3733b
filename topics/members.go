package topics

// Subscribers is how many subscribers a pattern has: the members of the queue group with that name,
// or with "" those in no group.
func (x *Index[T]) Subscribers(pattern, queue string) (n int) {
	x.at(pattern, func(s *spot[T]) { n = s.count(queue) })
	return n
}

// EachSubscriber calls yield with each of those that [Index.Subscribers] counts, until that returns false.
// Nothing must be inserted or removed meanwhile.
func (x *Index[T]) EachSubscriber(pattern, queue string, yield func(T) bool) {
	x.at(pattern, func(s *spot[T]) { s.members(queue, yield) })
}

// at looks at the subscribers of a pattern, if it has any.
func (x *Index[T]) at(pattern string, look func(*spot[T])) {
	switch {
	case pattern == "":
	case Literal(pattern):
		if s := x.literals.spot(uint32(hash(pattern)), pattern); s != nil {
			look(s)
		}
	case x.isWide(pattern):
		x.wide.mu.Lock() // to look for a pattern takes the trie's scratch
		defer x.wide.mu.Unlock()
		x.wide.trie.at(pattern, look)
	default:
		x.trie.at(pattern, look)
	}
}

func (t *trie[T]) at(pattern string, look func(*spot[T])) {
	if n := t.descend(pattern); n != nil {
		look(&n.leaf.spot)
	}
	clear(t.path) // Do not keep what is pruned later alive.
}

func (s *spot[T]) count(queue string) int {
	switch {
	case s.more == nil && queue == "":
		return 1
	case s.more == nil:
		return 0
	case queue == "":
		return len(s.more.plain.list)
	}
	if g := s.more.find(queue); g != nil {
		return len(g.members.list)
	}
	return 0
}

func (s *spot[T]) members(queue string, yield func(T) bool) {
	var all []T
	switch {
	case s.more == nil && queue == "":
		yield(s.one)
		return
	case s.more == nil:
		return
	case queue == "":
		all = s.more.plain.list
	default:
		if g := s.more.find(queue); g != nil {
			all = g.members.list
		}
	}
	for _, sub := range all {
		if !yield(sub) {
			return
		}
	}
}
