package tap

// Status is how a tap is doing.
type Status struct {
	Name    string
	Policy  Policy
	Records int    // that the tap has not taken
	Bytes   int    // that these take
	Taken   uint64 // records
	Lost    uint64 // records; each loss leaves a Gap in the feed
	Stuck   bool   // it has taken nothing for StuckAfter, although there was something
	LeftOff string // why it is told nothing any more; empty if it is
}
