package dense

// Table is rows that are found by the hashes of their keys. Looking a key up is left
// to its owner, as only that can compare keys:
//
//	if t.Len() > 0 {
//		for i := t.Home(h); t.Taken(i); i = t.Next(i) {
//			if t.Hash(i) == h {
//				compare with t.At(t.Row(i))
//			}
//		}
//	}
type Table[R any] struct {
	// cells is open addressing with linear probing: hash<<32 | row+1, and 0 is a free
	// one. The hash answers nearly every comparison without touching the row, and lets
	// cells be moved and resized without touching rows at all. There are no pointers in
	// it, so the garbage collector does not look inside.
	cells []uint64 // never full
	// The rows themselves, in pages; n of them.
	pages [][]R
	n     int
}

// Len is how many rows there are; they have the numbers from 0.
func (t *Table[R]) Len() int { return t.n }

// Home is where the looking for a key begins. It scales a hash to the size of the
// table, which need not be a power of two.
func (t *Table[R]) Home(h uint32) int { return int(uint64(h) * uint64(len(t.cells)) >> 32) }

// Next is where it goes on.
func (t *Table[R]) Next(i int) int {
	if i++; i < len(t.cells) {
		return i
	}
	return 0
}

// Taken reports whether there is a row at a place.
func (t *Table[R]) Taken(i int) bool { return t.cells[i] != 0 }

// Hash is the hash of the key there.
func (t *Table[R]) Hash(i int) uint32 { return uint32(t.cells[i] >> 32) }

// Row is the number of the row there.
func (t *Table[R]) Row(i int) int { return int(uint32(t.cells[i])) - 1 }

// Add makes a row for a key that has none, and returns it, to be filled.
func (t *Table[R]) Add(h uint32) *R {
	row := t.push()
	if (row+1)*maxLoadDen > len(t.cells)*maxLoadNum {
		t.resize(max(minCells, len(t.cells)*3/2))
	}
	t.place(newCell(h, row))
	return t.At(row)
}

// Remove takes away the row of a key with that hash. The last row moves into the gap:
// hash is that of a row's key.
func (t *Table[R]) Remove(h uint32, row int, hash func(*R) uint32) {
	t.free(t.position(newCell(h, row)))
	if last := t.n - 1; row != last {
		moved := t.At(last)
		old := hash(moved)
		t.cells[t.position(newCell(old, last))] = newCell(old, row)
		*t.At(row) = *moved
	}
	t.pop()
	if len(t.cells) > 4*minCells && t.n < len(t.cells)/4 {
		t.resize(len(t.cells) / 2)
	}
}
