package spans

import (
	"context"
	"sync/atomic"
	"time"

	"github.com/asynkron/protoactor-go/actor"
	"go.opentelemetry.io/otel"
	"go.opentelemetry.io/otel/sdk/trace"

	"github.com/troupe-mq/troupe/actors/report"
)

// Bounds of what waits.
const (
	mayWait  = 1024        // traces for the actor; what comes then is counted, and not told
	farewell = time.Second // for the last spans when the broker stops
)

// queue is how traces come to the actor, whichever incarnation of it there is.
type queue struct {
	waiting atomic.Int32
	missed  atomic.Uint64
}

// offer has send called, unless too much waits.
func (q *queue) offer(send func()) {
	if q.waiting.Add(1) > mayWait {
		q.waiting.Add(-1)
		q.missed.Add(1)
		return
	}
	send()
}

// teller is the actor. It makes spans; a goroutine of the library sends them, so that the actor waits for nobody.
type teller struct {
	*queue
	provider *trace.TracerProvider
	spans    scribe
}

// seen is a trace that the broker has told of.
type seen struct{ *report.Trace }

// IgnoreDeadLetterLogging: when the broker stops, the actor may have gone before.
func (*seen) IgnoreDeadLetterLogging() {}

// Receive handles the actor's messages.
func (t *teller) Receive(ctx actor.Context) {
	switch m := ctx.Message().(type) {
	case *actor.Started:
		t.waiting.Store(0) // what an incarnation before had waiting may be lost
		t.spans = newScribe(t.provider)
	case *seen:
		t.waiting.Add(-1)
		t.spans.write(m.Trace, int64(t.missed.Swap(0)))
	case *actor.Stopping:
		bye, cancel := context.WithTimeout(context.Background(), farewell)
		defer cancel()
		if err := t.provider.ForceFlush(bye); err != nil {
			otel.Handle(err)
		}
	}
}
