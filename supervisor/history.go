package supervisor

// ringSize is how many events a Ring keeps by default.
const ringSize = 1000

// Ring keeps the newest events and forgets the oldest. It belongs to one actor: it has no lock.
type Ring struct {
	events []Event
	size   int
	next   int // where the next event goes, once the ring is full
	total  uint64
}

// NewRing makes a ring of the given size, of 1,000 events if it is not positive.
func NewRing(size int) *Ring {
	if size <= 0 {
		size = ringSize
	}

	return &Ring{size: size}
}

// Add keeps an event.
func (r *Ring) Add(e Event) {
	r.total++

	if len(r.events) < r.size {
		r.events = append(r.events, e)

		return
	}

	r.events[r.next] = e
	r.next = (r.next + 1) % r.size
}

// Newest copies up to n events out, newest first; all of them if n is not positive.
func (r *Ring) Newest(n int) []Event {
	if n <= 0 || n > len(r.events) {
		n = len(r.events)
	}

	out := make([]Event, 0, n)
	for i := range n {
		at := (r.next - 1 - i + 2*len(r.events)) % len(r.events)
		out = append(out, r.events[at])
	}

	return out
}

// Len is the number of events kept.
func (r *Ring) Len() int {
	return len(r.events)
}

// Total is the number of events ever added.
func (r *Ring) Total() uint64 {
	return r.total
}
