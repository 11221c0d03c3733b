package topics

// run is a step of a lookup. It returns what is left of the budget, and whether
// the result is found.
func (l *Lookup[T]) run(budget int) (left int, done bool) {
	if l.found != nil {
		return budget, true
	}
	if l.wide == nil {
		return l.search(budget)
	}
	l.wide.mu.RLock()
	defer l.wide.mu.RUnlock()
	return l.search(budget)
}

func (l *Lookup[T]) search(budget int) (left int, done bool) {
	if !l.begun {
		l.begin()
	}
	budget = l.walk.run(l.subject, budget)
	if len(l.walk.stack) > 0 {
		return budget, false
	}
	if l.merging.into == nil {
		if l.found = l.known(); l.found != nil {
			return budget - len(l.walk.leaves)/stampsPerUnit, true
		}
		l.made = true
		l.merging.begin(&l.walk, l.literal, l.some)
	}
	if budget, done = l.merging.run(l.walk.leaves, budget); done {
		l.found = l.merging.into
	}
	return budget, done
}

const stampsPerUnit = 64

// begin enters the tries. From here on the Wide is locked.
func (l *Lookup[T]) begin() {
	l.begun = true
	if l.wide != nil {
		l.note() // again, as nothing was locked before
		l.walk.enter(&l.wide.trie, l.tokens)
	}
	if own := &l.index.trie; own.root.branch != nil {
		l.walk.enter(own, l.tokens)
	}
}

// known is the result if it exists, or can be had without copying anything.
func (l *Lookup[T]) known() *record[T] {
	x, leaves := l.index, l.walk.leaves
	switch {
	case len(leaves) == 0 && !l.some:
		return x.nobody
	case len(leaves) == 0:
		return l.direct(&l.literal)
	case l.some || !l.unchanged():
		return nil
	case len(leaves) == 1 && leaves[0].result != nil:
		return leaves[0].result
	}
	if x.cache.limit > 0 {
		if r := x.cache.combinations.find(l.combination(), l.walk.stamps); r != nil {
			return r
		}
	}
	if len(leaves) == 1 {
		return l.direct(&leaves[0].spot)
	}
	return nil
}

// direct is the result if only s matches, or nil if that has so many groups that
// it is better made in steps.
func (l *Lookup[T]) direct(s *spot[T]) *record[T] {
	if s.more != nil && len(s.more.groups.list) > maxDirect {
		return nil
	}
	l.made = true
	return s.record()
}

const maxDirect = 64

// combination is the hash of the leaves' combination.
func (l *Lookup[T]) combination() uint32 { return uint32(l.walk.key >> 32) }

// finish keeps the result, if it may, and returns it.
func (l *Lookup[T]) finish() *Result[T] {
	r := l.found
	if l.unchanged() {
		l.remember(r)
		if l.made && !l.some && len(l.walk.leaves) > 0 {
			l.share(r)
		}
	}
	l.clear()
	return &r.Result
}

// remember puts a result in the cache.
func (l *Lookup[T]) remember(r *record[T]) {
	x := l.index
	c := &x.cache
	if !l.absent || l.rested {
		if e, _ := c.find(l.hash, l.subject); e != nil {
			c.renew(&x.generations, e, l.hash, l.subject, l.sum, r)
			return
		}
	}
	c.put(&x.generations, l.hash, l.subject, l.sum, l.place, r)
}

// share lets other subjects that the same leaves match have a result.
func (l *Lookup[T]) share(r *record[T]) {
	x, leaves := l.index, l.walk.leaves
	// A leaf of the Wide is not looked at without its lock, but the stamp that was found.
	if len(leaves) == 1 && l.walk.stamps[0]&wideStamp == 0 {
		leaves[0].result = r
		return
	}
	c := &x.cache.combinations
	if l.rested && c.find(l.combination(), l.walk.stamps) != nil {
		return // Another lookup was faster.
	}
	x.cache.combine(&x.generations, l.combination(), l.walk.stamps, r)
}

// clear makes the lookup ready for another subject.
func (l *Lookup[T]) clear() {
	l.walk.clear()
	if l.merging.into != nil {
		l.merging = merging[T]{}
	}
	l.subject, l.wide, l.literal, l.found = "", nil, spot[T]{}, nil
	l.some, l.begun, l.rested, l.made = false, false, false, false
	l.index.spare = l
}
