package topics

// literals is the table of the literal patterns: by far the most numerous, so
// a row is 32 bytes, its cell 10 to 15, and that is all one costs.
type literals[T comparable] struct {
	cells cells
	rows  rows[literal[T]]
}

type literal[T comparable] struct {
	pattern string
	spot    spot[T]
}

// find returns the row of a pattern or -1; h is the pattern's hash.
func (l *literals[T]) find(h uint32, pattern string) int {
	if l.rows.n == 0 {
		return -1
	}
	for i := l.cells.home(h); ; i = l.cells.next(i) {
		cell := l.cells.tab[i]
		if cell == 0 {
			return -1
		}
		if cellHash(cell) == h && l.rows.at(cellRow(cell)).pattern == pattern {
			return cellRow(cell)
		}
	}
}

// spot returns the subscribers of a subject, or nil.
func (l *literals[T]) spot(h uint32, subject string) *spot[T] {
	if row := l.find(h, subject); row >= 0 {
		return &l.rows.at(row).spot
	}
	return nil
}

func (l *literals[T]) insert(h uint32, pattern, queue string, sub T) bool {
	if row := l.find(h, pattern); row >= 0 {
		return l.rows.at(row).spot.add(queue, sub)
	}
	row := l.rows.push()
	l.cells.add(h, row)
	r := l.rows.at(row)
	r.pattern = pattern
	r.spot.init(queue, sub)
	return true
}

func (l *literals[T]) remove(h uint32, pattern, queue string, sub T) bool {
	row := l.find(h, pattern)
	if row < 0 {
		return false
	}
	removed, empty := l.rows.at(row).spot.remove(queue, sub)
	if !empty {
		return removed
	}
	l.cells.remove(h, row)
	// The last row moves into the gap: the rows stay dense.
	if last := l.rows.n - 1; row != last {
		moved := l.rows.at(last)
		l.cells.move(uint32(hash(moved.pattern)), last, row)
		*l.rows.at(row) = *moved
	}
	l.rows.pop()
	return true
}

func (l *literals[T]) all(yield func(pattern, queue string, sub T) bool) bool {
	for i := range l.rows.n {
		if r := l.rows.at(i); !r.spot.all(r.pattern, yield) {
			return false
		}
	}
	return true
}
