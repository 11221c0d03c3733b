package dense

// This file is the cells, and how they become more or fewer while the table is used.

const (
	minCells = 4
	// At most 4/5 of the cells are in use; growing is by half, not by twice, as
	// this is most of what a row costs beyond itself.
	maxLoadNum, maxLoadDen = 4, 5

	movedAtOnce = 128     // cells that are moved with a change
	mostAtOnce  = 4 << 10 // the largest table that is moved as a whole
)

// Cells is open addressing with linear probing: hash<<32 | row+1, and 0 is a free one. The
// hash answers nearly every comparison without touching the row, and lets cells be moved
// without touching rows at all. There are no pointers in it, so the garbage collector does
// not look inside. They are never full. That they know what the rows are is for the compiler
// (see the package).
type Cells[R any] []uint64

func newCell(h uint32, row int) uint64 { return uint64(h)<<32 | uint64(uint32(row+1)) }

// Home is where the looking for a key begins. It scales a hash to the number of cells,
// which need not be a power of two.
func (c Cells[R]) Home(h uint32) int { return int(uint64(h) * uint64(len(c)) >> 32) }

// Next is where it goes on.
func (c Cells[R]) Next(i int) int {
	if i++; i < len(c) {
		return i
	}
	return 0
}

// Taken reports whether there is a row at a place.
func (c Cells[R]) Taken(i int) bool { return c[i] != 0 }

// Hash is the hash of the key there.
func (c Cells[R]) Hash(i int) uint32 { return uint32(c[i] >> 32) }

// Row is the number of the row there.
func (c Cells[R]) Row(i int) int { return int(uint32(c[i])) - 1 }

// place puts a cell where it will be found.
func (c Cells[R]) place(cell uint64) {
	i := c.Home(uint32(cell >> 32))
	for c[i] != 0 {
		i = c.Next(i)
	}
	c[i] = cell
}

// position is where a cell is, -1 if it is not there.
func (c Cells[R]) position(cell uint64) int {
	i := c.Home(uint32(cell >> 32))
	for c[i] != cell {
		if c[i] == 0 {
			return -1
		}
		i = c.Next(i)
	}
	return i
}

// free empties a place. The cells behind it move up, so that there are no
// tombstones to slow down those who look later.
func (c Cells[R]) free(hole int) {
	for i := c.Next(hole); c[i] != 0; i = c.Next(i) {
		// The cell at i may fill the hole unless its home lies behind the hole,
		// that is, unless it is nearer to i than the hole is.
		if c.distance(c.Home(c.Hash(i)), i) >= c.distance(hole, i) {
			c[hole] = c[i]
			hole = i
		}
	}
	c[hole] = 0
}

// distance is how many steps it is from one position to another.
func (c Cells[R]) distance(from, to int) int {
	if to >= from {
		return to - from
	}
	return to - from + len(c)
}

// move is cells on their way to others. There is a free one where it began, and where it
// stops for a while, so that no search among those that are left ends too early.
type move[R any] struct {
	from Cells[R]
	at   int // the next one
	left int // how many there are from there on, around the end
}

// resize begins to move all cells.
func (t *Table[R]) resize(size int) {
	t.moveAll()
	from := t.cells
	t.cells = make(Cells[R], size)
	if len(from) == 0 {
		return
	}
	t.moving = &move[R]{from: from, left: len(from)}
	for from[t.moving.at] != 0 {
		t.moving.at++
	}
	if len(from) <= mostAtOnce {
		t.moveAll()
	}
}

// moveAll ends the move.
func (t *Table[R]) moveAll() {
	if t.moving != nil {
		t.moveOn(t.moving.left)
	}
}

// moveOn goes through n more cells, and those behind them up to a free one.
func (t *Table[R]) moveOn(n int) {
	m := t.moving
	for ; m.left > 0 && (n > 0 || m.from[m.at] != 0); n-- {
		if cell := m.from[m.at]; cell != 0 {
			m.from[m.at] = 0
			t.cells.place(cell)
		}
		m.at, m.left = m.from.Next(m.at), m.left-1
	}
	if m.left == 0 {
		t.moving = nil
	}
}

// find is where a cell is that is there.
func (t *Table[R]) find(cell uint64) (Cells[R], int) {
	if i := t.cells.position(cell); i >= 0 {
		return t.cells, i
	}
	return t.moving.from, t.moving.from.position(cell)
}
