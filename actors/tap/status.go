package tap

// Status is how a tap is doing. Records and Bytes are what it has not taken: what waits for it, and
// what is in its hands.
type Status struct {
	Name    string `json:"name"`
	Policy  Policy `json:"policy"`
	Records int    `json:"records"`
	Bytes   int    `json:"bytes"`              // of memory
	Taken   uint64 `json:"taken"`              // records, since the tap was added
	Lost    uint64 `json:"lost"`               // records; each loss leaves a Gap in the feed
	Stuck   bool   `json:"stuck"`              // it has taken nothing for StuckAfter, although there was something
	LeftOff string `json:"left_off,omitempty"` // why the tap is told nothing any more; empty while it is told
	Says    []Fact `json:"says,omitempty"`     // what it says of itself: see Spec.Says
}

// Fact is a name and a value, in words.
type Fact struct {
	Name  string `json:"name"`
	Value string `json:"value"`
}
