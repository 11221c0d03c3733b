package fair

import "time"

// Item is a thing in a pool.
type Item[T any] struct {
	Value T
	by    *holder[T] // nil when it is out
	line  *line[T]
	until time.Time
	cost  int
	links [lists]links[T]
}

// Owner is whose it is. It must be in its pool.
func (i *Item[T]) Owner() Owner { return Owner{Account: i.by.whole.key, Client: i.by.key} }

// Over reports whether its time is up.
func (i *Item[T]) Over(now time.Time) bool { return !i.until.After(now) }

// line is all that lasts equally long: what comes first ends first.
type line[T any] struct {
	lasts time.Duration
	items list[T]
	place int // among the lines
}

// Pool is things of many owners. It belongs to one goroutine at a time.
type Pool[T any] struct {
	all   *holder[T]
	lines map[time.Duration]*line[T]
	ends  heap[*line[T]] // the lines, the one whose oldest ends first is the first
	n     int
}

// NewPool is an empty pool.
func NewPool[T any]() *Pool[T] {
	return &Pool[T]{all: newHolder[T](nil, 0), lines: make(map[time.Duration]*line[T]), ends: heap[*line[T]]{
		before: func(a, b *line[T]) bool { return a.items.oldest.until.Before(b.items.oldest.until) },
		place:  func(l *line[T]) *int { return &l.place },
	}}
}

// Bytes is what all of it costs together.
func (p *Pool[T]) Bytes() int { return p.all.held }

// Len is how many things there are.
func (p *Pool[T]) Len() int { return p.n }

// Add puts something in, which costs some bytes, at least one, and lasts so long.
func (p *Pool[T]) Add(value T, by Owner, cost int, now time.Time, lasts time.Duration) *Item[T] {
	client := p.all.part(by.Account).part(by.Client)
	i := &Item[T]{Value: value, by: client, cost: cost}
	client.items.append(i, ofClient)
	client.add(cost)
	p.enter(i, now, lasts)
	p.n++
	return i
}

// Remove takes something out, and reports false if it is out already.
func (p *Pool[T]) Remove(i *Item[T]) bool {
	client := i.by
	if client == nil {
		return false
	}
	i.by = nil
	client.items.cut(i, ofClient)
	client.add(-i.cost)
	p.leave(i)
	p.n--
	return true
}

// Extend lets something that is in the pool last as long as it did, from now on.
func (p *Pool[T]) Extend(i *Item[T], now time.Time) {
	lasts := i.line.lasts
	p.leave(i)
	p.enter(i, now, lasts)
}

// enter gives an item its end.
func (p *Pool[T]) enter(i *Item[T], now time.Time, lasts time.Duration) {
	i.until = now.Add(lasts)
	i.line = p.lines[lasts]
	if i.line != nil {
		i.line.items.append(i, ofLine)
		return
	}
	i.line = &line[T]{lasts: lasts}
	i.line.items.append(i, ofLine)
	p.lines[lasts] = i.line
	p.ends.push(i.line)
}

// leave takes an item out of its line. A line of nobody is forgotten.
func (p *Pool[T]) leave(i *Item[T]) {
	l := i.line
	first := l.items.oldest == i
	switch l.items.cut(i, ofLine); {
	case l.items.oldest == nil:
		delete(p.lines, l.lasts)
		p.ends.remove(l.place)
	case first:
		p.ends.fix(l.place)
	}
	i.line = nil
}

// Next is what ends first, nil if there is nothing: where all things last equally long,
// it is the oldest.
func (p *Pool[T]) Next() *Item[T] {
	if len(p.ends.all) == 0 {
		return nil
	}
	return p.ends.all[0].items.oldest
}

// Overdue is something whose time is up, nil if there is nothing like that.
func (p *Pool[T]) Overdue(now time.Time) *Item[T] {
	if i := p.Next(); i != nil && i.Over(now) {
		return i
	}
	return nil
}

// Excess is what is to go first where there is too much: the oldest thing of the
// client that holds most in the account that holds most. It is nil if there is nothing.
func (p *Pool[T]) Excess() *Item[T] {
	client := p.all.largest()
	if client == nil {
		return nil
	}
	return client.items.oldest
}

// Of is something that an account holds, nil if it holds nothing.
func (p *Pool[T]) Of(account uint64) *Item[T] {
	a := p.all.parts[account]
	if a == nil {
		return nil
	}
	return a.most.all[0].items.oldest
}

// Accounts are those that hold something.
func (p *Pool[T]) Accounts() []uint64 {
	all := make([]uint64, 0, len(p.all.parts))
	for n := range p.all.parts {
		all = append(all, n)
	}
	return all
}
