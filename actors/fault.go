package actors

import "time"

// fault asks an actor to misbehave. Only the lab sends it.
type fault struct {
	kind FaultKind
	hold time.Duration // for Stall
}

// FaultKind is a way for an actor to misbehave.
type FaultKind string

// The faults that the lab can cause.
const (
	FaultPanic FaultKind = "panic" // it panics
	FaultStall FaultKind = "stall" // it handles nothing for a while
)

// strike does it.
func (f *fault) strike() {
	switch f.kind {
	case FaultPanic:
		panic("lab: a fault was ordered")
	case FaultStall:
		<-time.After(f.hold)
	}
}
