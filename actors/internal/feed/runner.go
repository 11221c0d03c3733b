package feed

import (
	"sync/atomic"

	"github.com/asynkron/protoactor-go/actor"

	"github.com/troupe-mq/troupe/actors/internal/lab"
	"github.com/troupe-mq/troupe/actors/mailbox"
	"github.com/troupe-mq/troupe/actors/tap"
)

// tapWork tells a tap's actor that there is something in its feed. The actor itself
// is given the batch.
type tapWork struct{}

// IgnoreDeadLetterLogging keeps it out of the log: a tap may be off while its feed goes on.
func (*tapWork) IgnoreDeadLetterLogging() {}

var msgTapWork = &tapWork{}

// Runner is what surrounds the user's actor: it takes batches out of the feed and
// sees what becomes of them. It belongs to the actor's goroutine.
type Runner struct {
	feed       *Feed
	deadLetter func(any)
	box        atomic.Pointer[mailbox.Mailbox] // that of the latest incarnation
	lag        *lab.Lag                        // nil but in the lab
}

// NewRunner surrounds the actor of a tap. deadLetter is given what nobody reads any
// more.
func NewRunner(f *Feed, deadLetter func(any)) *Runner {
	return &Runner{feed: f, deadLetter: deadLetter}
}

// Mailbox makes one for the next incarnation.
func (t *Runner) Mailbox() actor.Mailbox {
	m := mailbox.New()
	t.box.Store(m)
	return m
}

// Around is the middleware. An incarnation that panics is over, with all that it
// has not taken.
func (t *Runner) Around(next actor.ReceiverFunc) actor.ReceiverFunc {
	return func(ctx actor.ReceiverContext, e *actor.MessageEnvelope) {
		came := false
		defer func() {
			if !came {
				t.feed.reclaim()
			}
		}()
		if t.lag != nil {
			t.lag = t.lag.Endure()
		}
		switch m := e.Message.(type) {
		case *tapWork:
			t.work(ctx, next)
		case *lab.Order:
			m.Strike(&t.lag)
		case *lab.Probe:
			m.Answer <- true
		case *actor.Started:
			t.lag = nil
			t.feed.reclaim()
			next(ctx, e)
		case *actor.Stopped:
			defer t.ended()
			next(ctx, e)
		default:
			next(ctx, e)
		}
		came = true
	}
}

// ended is the last that is done for an incarnation: it may have a successor.
func (t *Runner) ended() {
	t.box.Load().Close(t.deadLetter)
	t.feed.reclaim()
	t.feed.buried()
}

// work gives the actor one batch.
func (t *Runner) work(ctx actor.ReceiverContext, next actor.ReceiverFunc) {
	f := t.feed
	defer f.cameBack()
	h := f.next()
	if h == nil {
		return
	}
	b := f.batchOf(h)
	came := false
	defer func() {
		switch {
		case !came:
			f.blame(h)
		case !b.Held():
			f.finish(h, nil)
		}
	}()
	next(ctx, &actor.MessageEnvelope{Message: b})
	came = true
}

// batchOf is a handover as the tap sees it.
func (f *Feed) batchOf(h *handover) *tap.Batch {
	runs := func(yield func(*tap.Record, int) bool) {
		var r tap.Record
		for _, k := range f.chunksOf(h) {
			if !k.each(f.Spec.Payload, &r, yield) {
				return
			}
		}
	}
	return tap.FromRuns(f.Spec.Name, h.records, runs, func(err error) { f.finish(h, err) })
}

// chunksOf is what is in a handover, nothing once it is over.
func (f *Feed) chunksOf(h *handover) []*chunk {
	f.mu.Lock()
	defer f.mu.Unlock()
	if h.over {
		return nil
	}
	return h.chunks
}
