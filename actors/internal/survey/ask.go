package survey

import (
	"context"
	"fmt"
	"time"

	"github.com/asynkron/protoactor-go/actor"

	"github.com/troupe-mq/troupe/actors/internal/host"
	"github.com/troupe-mq/troupe/actors/report"
)

// AskWait is how long an actor may take to answer when the context does not say.
const AskWait = 2 * time.Second

// Asker puts questions to the actors of a broker, from outside of them.
type Asker struct {
	Host *host.Host
	Done <-chan struct{} // closed when the broker has stopped
}

// Stopped reports whether nobody is there to be asked.
func (a *Asker) Stopped() bool {
	select {
	case <-a.Done:
		return true
	default:
		return false
	}
}

// Bounded is ctx, or AskWait of it if it says nothing.
func Bounded(ctx context.Context) (context.Context, context.CancelFunc) {
	if _, ok := ctx.Deadline(); ok {
		return ctx, func() {}
	}
	return context.WithTimeout(ctx, AskWait)
}

// Ask asks an actor something, and waits. The message is posted from a goroutine
// of its own: where posting means running, an actor that hangs must not take the
// one who asks with it.
func Ask[T any](ctx context.Context, by *Asker, whom *actor.PID, question func(chan<- T) any) (T, error) {
	var none T
	if by.Stopped() {
		return none, report.ErrStopped
	}
	ctx, cancel := Bounded(ctx)
	defer cancel()
	answer := make(chan T, 1)
	by.Host.Spawn("ask", func() { by.Host.Send(whom, question(answer)) })
	select {
	case a := <-answer:
		return a, nil
	case <-by.Done:
		return none, report.ErrStopped
	case <-ctx.Done():
		return none, fmt.Errorf("troupe: %s did not answer: %w", whom.Id, ctx.Err())
	}
}
