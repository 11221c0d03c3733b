package topics

// cells maps the hash of a key to the number of the row that holds the key,
// for the two tables of this package. It is open addressing with linear
// probing; a cell is hash<<32 | row+1, and 0 is a free one. The hash kept beside
// the row answers nearly every comparison without touching the row, and lets
// cells be moved and resized without touching rows at all. There are no
// pointers in it, so the garbage collector does not look inside.
//
// Looking a key up is left to the tables, as only they can compare keys:
//
//	for i := c.home(h); ; i = c.next(i) {
//		switch cell := c.tab[i]; {
//		case cell == 0: not there
//		case cellHash(cell) == h: compare with row cellRow(cell)
//		}
//	}
type cells struct {
	tab  []uint64 // never full
	used int
}

const (
	minCells = 16
	// At most 4/5 of the cells are in use; growing is by half, not by twice, as
	// this is most of what a row costs beyond itself.
	maxLoadNum, maxLoadDen = 4, 5
)

func cellHash(cell uint64) uint32 { return uint32(cell >> 32) }
func cellRow(cell uint64) int     { return int(uint32(cell)) - 1 }
func newCell(h uint32, row int) uint64 {
	return uint64(h)<<32 | uint64(uint32(row+1))
}

// home scales a hash to the size of the table, which need not be a power of two.
func (c *cells) home(h uint32) int { return int(uint64(h) * uint64(len(c.tab)) >> 32) }

func (c *cells) next(i int) int {
	if i++; i < len(c.tab) {
		return i
	}
	return 0
}

func (c *cells) add(h uint32, row int) {
	if (c.used+1)*maxLoadDen > len(c.tab)*maxLoadNum {
		c.resize(max(minCells, len(c.tab)*3/2))
	}
	c.place(newCell(h, row))
	c.used++
}

func (c *cells) place(cell uint64) {
	i := c.home(cellHash(cell))
	for c.tab[i] != 0 {
		i = c.next(i)
	}
	c.tab[i] = cell
}

// move records that a row has got another number.
func (c *cells) move(h uint32, from, to int) {
	c.tab[c.position(newCell(h, from))] = newCell(h, to)
}

// remove forgets a row. The cells behind it move up, so that there are no
// tombstones to slow down those who look later.
func (c *cells) remove(h uint32, row int) {
	hole := c.position(newCell(h, row))
	for i := c.next(hole); c.tab[i] != 0; i = c.next(i) {
		// The cell at i may fill the hole unless its home lies behind the hole,
		// that is, unless it is nearer to i than the hole is.
		if c.distance(c.home(cellHash(c.tab[i])), i) >= c.distance(hole, i) {
			c.tab[hole] = c.tab[i]
			hole = i
		}
	}
	c.tab[hole] = 0
	c.used--
	if len(c.tab) > 4*minCells && c.used < len(c.tab)/4 {
		c.resize(len(c.tab) / 2)
	}
}

func (c *cells) position(cell uint64) int {
	i := c.home(cellHash(cell))
	for c.tab[i] != cell {
		i = c.next(i)
	}
	return i
}

// distance is how many steps it is from one position to another.
func (c *cells) distance(from, to int) int {
	if to >= from {
		return to - from
	}
	return to - from + len(c.tab)
}

func (c *cells) resize(size int) {
	old := c.tab
	c.tab = make([]uint64, size)
	for _, cell := range old {
		if cell != 0 {
			c.place(cell)
		}
	}
}
