package lab

import (
	"time"
)

// The kinds of faults.
const (
	Panic = "panic"
	Stall = "stall"
	Slow  = "slow"
)

// Order asks an actor to misbehave.
type Order struct {
	Kind string
	For  time.Duration
}

// Probe asks an actor for a sign of life: false if it is gone.
type Probe struct{ Answer chan<- bool }

// Strike does what was asked; what lasts is left in l.
func (f *Order) Strike(l **Lag) {
	switch f.Kind {
	case Panic:
		panic("lab: a fault was ordered")
	case Stall:
		<-time.After(f.For)
	case Slow:
		*l = &Lag{until: time.Now().Add(f.For)}
	}
}

// Lag makes an actor slow.
type Lag struct{ until time.Time }

// lagStep is what a slow actor takes for each message.
const lagStep = time.Millisecond

// Endure waits, and returns the lag that the next message is to endure.
func (l *Lag) Endure() *Lag {
	if time.Now().After(l.until) {
		return nil
	}
	<-time.After(lagStep)
	return l
}
