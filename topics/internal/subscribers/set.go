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
	groups bag[*group[T]] // none of them without members
	// byName finds a group once there are too many to look through.
	byName map[string]*group[T]
	peak   int // the most that byName has held since it was made
}

// group is the members that one queue group has under one pattern.
type group[T comparable] struct {
	name    string
	members bag[T]
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
	if len(s.more.groups.list) > 0 {
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
	for _, g := range s.more.groups.list {
		for _, sub := range g.members.list {
			if !yield(pattern, g.name, sub) {
				return false
			}
		}
	}
	return true
}

func (s *subs[T]) add(queue string, sub T) bool {
	if queue == "" {
		return s.plain.add(sub)
	}
	g := s.find(queue)
	if g == nil {
		g = &group[T]{name: queue}
		s.groups.add(g)
		switch {
		case s.byName != nil:
			s.byName[queue] = g
			s.peak = max(s.peak, len(s.byName))
		case len(s.groups.list) > mapAbove:
			s.index()
		}
	}
	return g.members.add(sub)
}

func (s *subs[T]) remove(queue string, sub T) bool {
	if queue == "" {
		return s.plain.remove(sub)
	}
	g := s.find(queue)
	if g == nil || !g.members.remove(sub) {
		return false
	}
	if len(g.members.list) == 0 {
		s.drop(g)
	}
	return true
}

// drop removes a group that has no members left.
func (s *subs[T]) drop(g *group[T]) {
	s.groups.remove(g)
	if s.byName == nil {
		return
	}
	delete(s.byName, g.name)
	switch left := len(s.byName); {
	case left < mapAbove/2:
		s.byName = nil
	case left < s.peak/4: // A Go map never shrinks by itself.
		s.index()
	}
}

func (s *subs[T]) find(queue string) *group[T] {
	if s.byName != nil {
		return s.byName[queue]
	}
	for _, g := range s.groups.list {
		if g.name == queue {
			return g
		}
	}
	return nil
}

func (s *subs[T]) index() {
	s.byName = make(map[string]*group[T], len(s.groups.list))
	for _, g := range s.groups.list {
		s.byName[g.name] = g
	}
	s.peak = len(s.byName)
}
