package subscribers

// Set is the subscribers of one pattern. Nearly every pattern has a single
// plain one, so that case takes no allocation: more is nil and one is it.
type Set[T comparable] struct {
	one  T
	more *subs[T]
}

// subs is the subscribers of a pattern that has several, or a queue group.
type subs[T comparable] struct {
	plain  bag[T]
	groups groups[T]
}

// init makes sub the only subscriber of a set that had none.
func (s *Set[T]) init(queue string, sub T) {
	if queue == "" {
		s.one = sub
		return
	}
	s.more = &subs[T]{}
	s.more.add(queue, sub)
}

// add reports whether sub is new to a set that has subscribers already.
func (s *Set[T]) add(queue string, sub T) bool {
	if s.more != nil {
		return s.more.add(queue, sub)
	}
	if queue == "" && s.one == sub {
		return false
	}
	s.more = &subs[T]{}
	s.more.plain.add(s.one)
	s.one = *new(T)
	return s.more.add(queue, sub)
}

// remove reports whether sub was there, and whether the set is now empty and
// must be thrown away.
func (s *Set[T]) remove(queue string, sub T) (removed, empty bool) {
	if s.more == nil {
		was := queue == "" && s.one == sub
		return was, was
	}
	if !s.more.remove(queue, sub) {
		return false, false
	}
	if s.more.groups.len() > 0 {
		return true, false
	}
	switch len(s.more.plain.list) {
	case 0:
		return true, true
	case 1: // A lookup may still be reading more, so that is left as it is.
		s.one, s.more = s.more.plain.list[0], nil
	}
	return true, false
}

// all calls yield for every subscriber until it returns false.
func (s *Set[T]) all(pattern string, yield func(pattern, queue string, sub T) bool) bool {
	if s.more == nil {
		return yield(pattern, "", s.one)
	}
	for _, sub := range s.more.plain.list {
		if !yield(pattern, "", sub) {
			return false
		}
	}
	for i := range s.more.groups.len() {
		g := s.more.groups.at(i)
		if !g.each(func(sub T) bool { return yield(pattern, g.name, sub) }) {
			return false
		}
	}
	return true
}

func (s *subs[T]) add(queue string, sub T) bool {
	if queue == "" {
		return s.plain.add(sub)
	}
	return s.groups.add(queue, sub)
}

func (s *subs[T]) remove(queue string, sub T) bool {
	if queue == "" {
		return s.plain.remove(sub)
	}
	return s.groups.remove(queue, sub)
}
