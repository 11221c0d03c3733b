package topics

// Result is who gets a message. It is immutable and may be kept and shared; do
// not write to its slices.
type Result[T any] struct {
	Plain  []T        // each gets its own copy
	Groups []Group[T] // one member of each gets it; names are distinct
}

// Group is a queue group: the members that a message may go to, from whatever
// patterns they subscribed with.
type Group[T any] struct {
	Name    string
	Members []T // never empty
}

// Empty reports whether nobody gets the message.
func (r *Result[T]) Empty() bool { return len(r.Plain) == 0 && len(r.Groups) == 0 }

// fanout is how many deliveries a message makes: a group counts as one.
func (r *Result[T]) fanout() int { return len(r.Plain) + len(r.Groups) }

// result is what a subject gets that only s matches. It copies no members.
func (s *spot[T]) result() *Result[T] {
	if s.more == nil {
		// One allocation for the result and the slice in it.
		solo := &struct {
			Result[T]
			sub [1]T
		}{sub: [1]T{s.one}}
		solo.Plain = solo.sub[:]
		return &solo.Result
	}
	r := &Result[T]{Plain: s.more.plain.view()}
	if n := len(s.more.groups.list); n > 0 {
		r.Groups = make([]Group[T], n)
		for i, g := range s.more.groups.list {
			r.Groups[i] = Group[T]{g.name, g.members.view()}
		}
	}
	return r
}

// merge is what a subject gets that all of spots match.
func merge[T comparable](spots []*spot[T]) *Result[T] {
	plain, groups := 0, 0
	for _, s := range spots {
		if s.more == nil {
			plain++
			continue
		}
		plain += len(s.more.plain.list)
		groups += len(s.more.groups.list)
	}
	r := &Result[T]{}
	if plain > 0 {
		r.Plain = make([]T, 0, plain)
	}
	for _, s := range spots {
		if s.more == nil {
			r.Plain = append(r.Plain, s.one)
		} else {
			r.Plain = append(r.Plain, s.more.plain.list...)
		}
	}
	if groups > 0 {
		r.Groups = mergeGroups(spots, groups)
	}
	return r
}

// mergeGroups merges groups by name; there are total of them, the same name
// counted again.
func mergeGroups[T comparable](spots []*spot[T], total int) []Group[T] {
	out := make([]Group[T], 0, total)
	var byName map[string]int
	if total > mapAbove {
		byName = make(map[string]int, total)
	}
	find := func(name string) int {
		if byName != nil {
			if i, ok := byName[name]; ok {
				return i
			}
			return -1
		}
		for i := range out {
			if out[i].Name == name {
				return i
			}
		}
		return -1
	}
	for _, s := range spots {
		if s.more == nil {
			continue
		}
		for _, g := range s.more.groups.list {
			if i := find(g.name); i >= 0 {
				// A view has no room to append to, so this copies it.
				out[i].Members = append(out[i].Members, g.members.list...)
				continue
			}
			if byName != nil {
				byName[g.name] = len(out)
			}
			out = append(out, Group[T]{g.name, g.members.view()})
		}
	}
	return out
}
