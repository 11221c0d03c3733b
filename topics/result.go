package topics

// Result is who gets a message. It is immutable and may be kept and shared; do
// not write to its slices.
type Result[T any] struct {
	Plain  []T        // each gets its own copy
	Groups []Group[T] // one member of each gets it; names are distinct
}

// Group is a queue group: the members that a message may go to, from whatever
// patterns they subscribed with.
type Group[T any] struct {
	Name    string
	Members []T // never empty
}

// Empty reports whether nobody gets the message.
func (r *Result[T]) Empty() bool { return len(r.Plain) == 0 && len(r.Groups) == 0 }
