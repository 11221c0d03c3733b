package history

import (
	"github.com/asynkron/protoactor-go/actor"

	"github.com/troupe-mq/troupe/supervisor"
)

// Happened tells the history of an event.
type Happened struct{ Event supervisor.Event }

// Newest asks the history for its newest events, all of them if n is not positive.
type Newest struct {
	N      int
	Answer chan<- []supervisor.Event
}

// IgnoreDeadLetterLogging keeps it out of the log: when the broker stops, everybody goes at once.
func (*Happened) IgnoreDeadLetterLogging() {}

// IgnoreDeadLetterLogging is as above.
func (*Newest) IgnoreDeadLetterLogging() {}

// history is the actor that remembers what the supervisors did.
type history struct{ ring *supervisor.Ring }

// New makes an actor that remembers the newest events.
func New() actor.Actor { return &history{ring: supervisor.NewRing(0)} }

// Receive handles the history's messages.
func (h *history) Receive(ctx actor.Context) {
	switch m := ctx.Message().(type) {
	case *Happened:
		h.ring.Add(m.Event)
	case *Newest:
		m.Answer <- h.ring.Newest(m.N)
	}
}
