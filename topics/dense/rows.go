package dense

// This file is the rows, a dense list in pages: growing copies nothing, shrinking
// gives whole pages back, and nothing is held in reserve but the last page.
// Only the first page grows, from small, for a table that holds little.

const (
	firstRows = 4
	keptRows  = 64
	// A page of either table of the index is 32 KiB or more, past the size up to which the
	// allocator puts a header in front of an object: no byte is wasted, and rows
	// lie on cache lines.
	pageShift = 10
	pageRows  = 1 << pageShift
)

// At returns a row. The pointer is good until the next Add or Remove.
func (t *Table[R]) At(row int) *R {
	return &t.pages[uint(row)>>pageShift][uint(row)%pageRows]
}

// push appends a zero row and returns its number.
func (t *Table[R]) push() int {
	page := t.n >> pageShift
	switch {
	case len(t.pages) == 0:
		t.pages = append(t.pages, make([]R, firstRows))
	case page == len(t.pages):
		t.pages = append(t.pages, make([]R, pageRows))
	case page == 0 && t.n == len(t.pages[0]):
		grown := make([]R, 2*t.n)
		copy(grown, t.pages[0])
		t.pages[0] = grown
	}
	t.n++
	return t.n - 1
}

// pop removes the last row. One empty page is kept, so that a list at the edge
// of a page does not allocate it over and over; of a list that is empty, only a small one.
func (t *Table[R]) pop() {
	t.n--
	*t.At(t.n) = *new(R)
	if t.n == 0 && len(t.pages[0]) > keptRows {
		t.pages = nil
		return
	}
	needed := (t.n + pageRows - 1) >> pageShift
	if needed+1 < len(t.pages) {
		t.pages[len(t.pages)-1] = nil
		t.pages = t.pages[:len(t.pages)-1]
	}
}
