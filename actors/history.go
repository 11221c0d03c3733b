package actors

import (
	"context"

	"github.com/asynkron/protoactor-go/actor"

	"github.com/troupe-mq/troupe/supervisor"
)

// happened tells the history of an event.
type happened struct{ event supervisor.Event }

// newest asks the history for its newest events, all of them if n is not positive.
type newest struct {
	n      int
	answer chan<- []supervisor.Event
}

// IgnoreDeadLetterLogging: when the broker stops, everybody goes at once.
func (*happened) IgnoreDeadLetterLogging() {}
func (*newest) IgnoreDeadLetterLogging()   {}

// history is the actor that remembers what the supervisors did.
type history struct{ ring *supervisor.Ring }

// Receive handles the history's messages.
func (h *history) Receive(ctx actor.Context) {
	switch m := ctx.Message().(type) {
	case *happened:
		h.ring.Add(m.event)
	case *newest:
		m.answer <- h.ring.Newest(m.n)
	}
}

// remember hands an event to the history.
func (h *hub) remember(e supervisor.Event) { h.system.Root.Send(h.history, &happened{e}) }

// History is up to n of the newest supervision events, newest first; all that
// are kept if n is not positive.
func (b *Broker) History(ctx context.Context, n int) ([]supervisor.Event, error) {
	return ask(ctx, b, b.hub.history, func(answer chan<- []supervisor.Event) any {
		return &newest{n: n, answer: answer}
	})
}

// Report adds a crash to the history and to the log that no supervisor will hear
// of, because it was caught in a goroutine. It is a supervisor.Report.
func (b *Broker) Report(name string, c *supervisor.Crash) { b.hub.crashed(name, c) }
