package dense

// rows is a dense list of rows in pages: growing copies nothing, shrinking
// gives whole pages back, and nothing is held in reserve but the last page.
// Only the first page grows, from small, for an index that holds little.
type rows[R any] struct {
	pages [][]R
	n     int
}

const (
	firstRows = 16
	// A page of either table is 32 KiB or more, past the size up to which the
	// allocator puts a header in front of an object: no byte is wasted, and rows
	// lie on cache lines.
	pageShift = 10
	pageRows  = 1 << pageShift
)

// at returns row i. The pointer is good until the next push or pop.
func (r *rows[R]) at(i int) *R {
	return &r.pages[uint(i)>>pageShift][uint(i)%pageRows]
}

// push appends a zero row and returns its number.
func (r *rows[R]) push() int {
	page := r.n >> pageShift
	switch {
	case r.n == 0:
		r.pages = append(r.pages[:0], make([]R, firstRows))
	case page == len(r.pages):
		r.pages = append(r.pages, make([]R, pageRows))
	case page == 0 && r.n == len(r.pages[0]):
		grown := make([]R, 2*r.n)
		copy(grown, r.pages[0])
		r.pages[0] = grown
	}
	r.n++
	return r.n - 1
}

// pop removes the last row. One empty page is kept, so that a list at the edge
// of a page does not allocate it over and over.
func (r *rows[R]) pop() {
	r.n--
	*r.at(r.n) = *new(R)
	needed := (r.n + pageRows - 1) >> pageShift
	if needed+1 < len(r.pages) {
		r.pages[len(r.pages)-1] = nil
		r.pages = r.pages[:len(r.pages)-1]
	}
}
