package dense

const (
	minCells = 16
	// At most 4/5 of the cells are in use; growing is by half, not by twice, as
	// this is most of what a row costs beyond itself.
	maxLoadNum, maxLoadDen = 4, 5
)

func newCell(h uint32, row int) uint64 { return uint64(h)<<32 | uint64(uint32(row+1)) }

// place puts a cell where it will be found.
func (t *Table[R]) place(cell uint64) {
	i := t.Home(uint32(cell >> 32))
	for t.Taken(i) {
		i = t.Next(i)
	}
	t.cells[i] = cell
}

// position is where a cell is.
func (t *Table[R]) position(cell uint64) int {
	i := t.Home(uint32(cell >> 32))
	for t.cells[i] != cell {
		i = t.Next(i)
	}
	return i
}

// free empties a place. The cells behind it move up, so that there are no
// tombstones to slow down those who look later.
func (t *Table[R]) free(hole int) {
	for i := t.Next(hole); t.Taken(i); i = t.Next(i) {
		// The cell at i may fill the hole unless its home lies behind the hole,
		// that is, unless it is nearer to i than the hole is.
		if t.distance(t.Home(t.Hash(i)), i) >= t.distance(hole, i) {
			t.cells[hole] = t.cells[i]
			hole = i
		}
	}
	t.cells[hole] = 0
}

// distance is how many steps it is from one position to another.
func (t *Table[R]) distance(from, to int) int {
	if to >= from {
		return to - from
	}
	return to - from + len(t.cells)
}

func (t *Table[R]) resize(size int) {
	old := t.cells
	t.cells = make([]uint64, size)
	for _, cell := range old {
		if cell != 0 {
			t.place(cell)
		}
	}
}
