package topics

// spot is the subscribers of one pattern. Nearly every pattern has a single
// plain one, so that case takes no allocation: more is nil and one is it.
type spot[T comparable] struct {
	one  T
	more *subs[T]
}

// subs is the subscribers of a pattern that has several, or a queue group.
type subs[T comparable] struct {
	plain  bag[T]
	groups []group[T]
	// byName finds a group once there are too many to look through.
	byName map[string]int32
}

// group is the members that one queue group has under one pattern.
type group[T comparable] struct {
	name    string
	members bag[T]
}

// init makes sub the only subscriber of a spot that had none.
func (s *spot[T]) init(queue string, sub T) {
	if queue == "" {
		s.one = sub
		return
	}
	s.more = &subs[T]{}
	s.more.add(queue, sub)
}

// add reports whether sub is new to a spot that has subscribers already.
func (s *spot[T]) add(queue string, sub T) bool {
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

// remove reports whether sub was there, and whether the spot is now empty and
// must be thrown away.
func (s *spot[T]) remove(queue string, sub T) (removed, empty bool) {
	if s.more == nil {
		was := queue == "" && s.one == sub
		return was, was
	}
	if !s.more.remove(queue, sub) {
		return false, false
	}
	if len(s.more.groups) > 0 {
		return true, false
	}
	switch len(s.more.plain.list) {
	case 0:
		return true, true
	case 1:
		s.one, s.more = s.more.plain.list[0], nil
	}
	return true, false
}

// all calls yield for every subscriber until it returns false.
func (s *spot[T]) all(pattern string, yield func(pattern, queue string, sub T) bool) bool {
	if s.more == nil {
		return yield(pattern, "", s.one)
	}
	for _, sub := range s.more.plain.list {
		if !yield(pattern, "", sub) {
			return false
		}
	}
	for i := range s.more.groups {
		g := &s.more.groups[i]
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
	i := s.find(queue)
	if i < 0 {
		i = len(s.groups)
		s.groups = append(s.groups, group[T]{name: queue})
		switch {
		case s.byName != nil:
			s.byName[queue] = int32(i)
		case len(s.groups) > mapAbove:
			s.index()
		}
	}
	return s.groups[i].members.add(sub)
}

func (s *subs[T]) remove(queue string, sub T) bool {
	if queue == "" {
		return s.plain.remove(sub)
	}
	i := s.find(queue)
	if i < 0 || !s.groups[i].members.remove(sub) {
		return false
	}
	if len(s.groups[i].members.list) == 0 {
		s.drop(i)
	}
	return true
}

// drop removes the group at i, which has no members left.
func (s *subs[T]) drop(i int) {
	last := len(s.groups) - 1
	if s.byName != nil {
		s.byName[s.groups[last].name] = int32(i)
		delete(s.byName, s.groups[i].name)
	}
	s.groups[i] = s.groups[last]
	s.groups[last] = group[T]{}
	s.groups = s.groups[:last]
	if last < mapAbove/2 {
		s.byName = nil
	}
	if cap(s.groups) > 2*mapAbove && last < cap(s.groups)/4 {
		s.groups = append(make([]group[T], 0, last+last/8), s.groups...)
		if s.byName != nil {
			s.index()
		}
	}
}

func (s *subs[T]) find(queue string) int {
	if s.byName != nil {
		if i, ok := s.byName[queue]; ok {
			return int(i)
		}
		return -1
	}
	for i := range s.groups {
		if s.groups[i].name == queue {
			return i
		}
	}
	return -1
}

func (s *subs[T]) index() {
	s.byName = make(map[string]int32, len(s.groups))
	for i := range s.groups {
		s.byName[s.groups[i].name] = int32(i)
	}
}
