package tap

// Status is how a tap is doing. Records and Bytes are what it has not taken: what waits for it, and
// what is in its hands.
type Status struct {
	Name    string
	Policy  Policy
	Records int
	Bytes   int    // of memory
	Taken   uint64 // records, since the tap was added
	Lost    uint64 // records; each loss leaves a Gap in the feed
	Stuck   bool   // it has taken nothing for StuckAfter, although there was something
	LeftOff string // why the tap is told nothing any more; empty while it is told
}
