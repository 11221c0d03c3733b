package dense

// Table is rows that are found by the hashes of their keys. Looking a key up is left
// to its owner, as only that can compare keys:
//
//	for c := t.Look(); c != nil; c = t.Rest(c) {
//		for i := c.Home(h); c.Taken(i); i = c.Next(i) {
//			if c.Hash(i) == h {
//				compare with t.At(c.Row(i))
//			}
//		}
//	}
type Table[R any] struct {
	cells  Cells[R]
	moving *move[R] // into cells; nil: nothing moves
	// The rows themselves, in pages; n of them.
	pages [][]R
	n     int
}

// Len is how many rows there are; they have the numbers from 0.
func (t *Table[R]) Len() int { return t.n }

// Look is the cells where the looking for a key begins, nil if there is none.
func (t *Table[R]) Look() Cells[R] { return t.cells }

// Rest is the cells where it goes on behind c, nil for nowhere.
func (t *Table[R]) Rest(c Cells[R]) Cells[R] {
	if t.moving == nil || len(c) != len(t.cells) {
		return nil
	}
	return t.moving.from
}

// Add makes a row for a key that has none, and returns it, to be filled.
func (t *Table[R]) Add(h uint32) *R {
	row := t.push()
	if (row+1)*maxLoadDen > len(t.cells)*maxLoadNum {
		t.resize(max(minCells, len(t.cells)*3/2))
	}
	if t.moving != nil {
		t.moveOn(movedAtOnce)
	}
	t.cells.place(newCell(h, row))
	return t.At(row)
}

// Reserve makes room for so many rows among the cells at once, where there is less.
func (t *Table[R]) Reserve(rows int) {
	if rows*maxLoadDen > len(t.cells)*maxLoadNum {
		t.resize(rows*maxLoadDen/maxLoadNum + 1)
	}
}

// Remove takes away the row of a key with that hash. The last row moves into the gap:
// hash is that of a row's key.
func (t *Table[R]) Remove(h uint32, row int, hash func(*R) uint32) {
	if t.moving != nil {
		t.moveOn(movedAtOnce)
	}
	cells, i := t.find(newCell(h, row))
	cells.free(i)
	if last := t.n - 1; row != last {
		moved := t.At(last)
		old := hash(moved)
		cells, i := t.find(newCell(old, last))
		cells[i] = newCell(old, row)
		*t.At(row) = *moved
	}
	t.pop()
	if len(t.cells) > 4*minCells && t.n < len(t.cells)/4 && t.moving == nil {
		t.resize(len(t.cells) / 2)
	}
}
