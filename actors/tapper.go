package actors

import (
	"errors"
	"sync/atomic"
	"time"

	"github.com/asynkron/protoactor-go/actor"

	"github.com/troupe-mq/troupe/actors/mailbox"
	"github.com/troupe-mq/troupe/supervisor"
)

// tapWork tells a tap's actor that there is something in its feed. The actor itself
// is given the batch.
type tapWork struct{}

// IgnoreDeadLetterLogging: a tap may be off while its feed goes on.
func (*tapWork) IgnoreDeadLetterLogging() {}

var msgTapWork = &tapWork{}

// tapper is what surrounds the user's actor: it takes batches out of the feed and
// sees what becomes of them. It belongs to the actor's goroutine.
type tapper struct {
	feed *feed
	box  atomic.Pointer[mailbox.Mailbox] // that of the latest incarnation
	lag  *lag                            // nil but in the lab
}

// tapSpec is the actor of a tap, under its group. It has a goroutine of its own,
// and is never run by who posts to it.
func tapSpec(f *feed, produce actor.Producer) supervisor.Spec {
	t := &tapper{feed: f}
	at := &post{hub: f.hub, name: f.spec.Name, role: tapRole, ready: make(chan struct{})} // it may Join
	props := actor.PropsFromProducer(func() actor.Actor { return &member{post: at, actor: produce()} },
		actor.WithMailbox(func() actor.Mailbox {
			m := mailbox.New()
			t.box.Store(m)
			return m
		}),
		actor.WithDispatcher(actor.NewDefaultDispatcher(tapThroughput)),
		actor.WithReceiverMiddleware(supervisor.Guard(f.hub.crashed), t.around))
	return supervisor.Spec{
		Name: f.spec.Name, Role: tapRole, Props: props, Policy: tapPolicy(&f.spec),
		Gauge: func() supervisor.Gauge { return f },
	}
}

// tapThroughput is how many rounds of its mailbox one goroutine of a tap does.
const tapThroughput = 64

// tapPolicy: a tap is started again with patience. One that may lose something is
// given up in the end; without one that may not, nothing could be published that
// it wants, so that there is no end to the attempts.
func tapPolicy(s *TapSpec) supervisor.Policy {
	p := supervisor.Policy{
		Kind:      supervisor.Permanent,
		Intensity: 10,
		Period:    time.Minute,
		Backoff:   supervisor.Backoff{Min: 50 * time.Millisecond, Max: 5 * time.Second, Jitter: 0.1},
	}
	if !s.mayLose() {
		p.Intensity = -1
	}
	return p
}

// around is the middleware. An incarnation that panics is over, with all that it
// has not taken.
func (t *tapper) around(next actor.ReceiverFunc) actor.ReceiverFunc {
	return func(ctx actor.ReceiverContext, e *actor.MessageEnvelope) {
		came := false
		defer func() {
			if !came {
				t.feed.reclaim()
			}
		}()
		if t.lag != nil {
			t.lag = t.lag.endure()
		}
		switch m := e.Message.(type) {
		case *tapWork:
			t.work(ctx, next)
		case *fault:
			m.strike(&t.lag)
		case *probe:
			m.answer <- true
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
func (t *tapper) ended() {
	t.box.Load().Close(t.feed.hub.unheard)
	t.feed.reclaim()
	t.feed.buried()
}

// work gives the actor one batch.
func (t *tapper) work(ctx actor.ReceiverContext, next actor.ReceiverFunc) {
	f := t.feed
	defer f.rest()
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
		case !b.held:
			f.finish(h, nil)
		}
	}()
	next(ctx, &actor.MessageEnvelope{Message: b})
	came = true
}

// batchOf is a handover as the tap sees it.
func (f *feed) batchOf(h *handover) *TapBatch {
	return &TapBatch{
		Tap: f.spec.Name, len: h.records,
		done: func(err error) { f.finish(h, err) },
		runs: func(yield func(*Record, int) bool) {
			var r Record
			for _, k := range f.chunksOf(h) {
				if !k.each(f.spec.Payload, &r, yield) {
					return
				}
			}
		},
	}
}

// chunksOf is what is in a handover, nothing once it is over.
func (f *feed) chunksOf(h *handover) []*chunk {
	f.mu.Lock()
	defer f.mu.Unlock()
	if h.over {
		return nil
	}
	return h.chunks
}

// close lets nothing more in. What waits is given to the tap now; ended is closed
// when it has it.
func (f *feed) close() {
	f.mu.Lock()
	defer f.unlock()
	f.closing = true
	f.rouse()
	f.lookForEnd()
}

// lookForEnd closes ended when there is nothing to be waited for.
func (f *feed) lookForEnd() {
	if f.closing && f.empty() {
		f.stopAlarms()
		select {
		case <-f.ended:
		default:
			close(f.ended)
		}
	}
}

func (f *feed) stopAlarms() {
	f.gather.stop()
	f.late.stop()
	f.idle.stop()
}

// abandon counts everything as lost that the tap has not taken.
func (f *feed) abandon(why string) {
	f.mu.Lock()
	defer f.unlock()
	f.closing = true
	for _, h := range f.given {
		h.over = true
		for _, k := range h.chunks {
			f.miss(k, why)
		}
	}
	f.given = nil
	for f.waiting.first != nil {
		f.miss(f.waiting.pop(), why)
	}
	for _, h := range f.holds {
		f.resolve(h, errors.New(why))
	}
	f.holds = nil
	f.lookForEnd()
}

// buried is called when an incarnation of the actor is gone.
func (f *feed) buried() {
	f.mu.Lock()
	defer f.unlock()
	if f.closing {
		select {
		case <-f.gone:
		default:
			close(f.gone)
		}
	}
}
