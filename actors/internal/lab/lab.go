package lab

import (
	"fmt"
	"time"

	"github.com/asynkron/protoactor-go/actor"

	"github.com/troupe-mq/troupe/supervisor"
)

// The kinds of faults.
const (
	Panic = "panic"
	Stall = "stall"
	Slow  = "slow"
)

// errOrdered is what an actor panics with.
var errOrdered = fmt.Errorf("lab: %w", supervisor.ErrOrdered)

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
		panic(errOrdered)
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

// Obedient makes actors that take orders and give signs of life besides what they do.
func Obedient(produce actor.Producer) actor.Producer {
	return func() actor.Actor { return &obedient{Actor: produce()} }
}

// obedient is an actor that takes orders.
type obedient struct {
	actor.Actor

	lag *Lag // nil but for a while after an order
}

// Receive leaves to the actor inside what is no order.
func (o *obedient) Receive(ctx actor.Context) {
	if o.lag != nil {
		o.lag = o.lag.Endure()
	}
	switch m := ctx.Message().(type) {
	case *Order:
		m.Strike(&o.lag)
	case *Probe:
		m.Answer <- true
	default:
		o.Actor.Receive(ctx)
	}
}
