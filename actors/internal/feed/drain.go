package feed

import (
	"context"
	"errors"
	"time"

	"github.com/asynkron/protoactor-go/actor"

	"github.com/troupe-mq/troupe/actors/internal/host"
	"github.com/troupe-mq/troupe/supervisor"
)

// This file is how a feed ends.

// leastDrain is how long a tap has for what is left, however short its Deadline is.
const leastDrain = time.Second

// drain waits until the tap has taken what is left, within reason.
func (f *Feed) drain(ctx context.Context) {
	ctx, cancel := context.WithTimeout(ctx, max(f.Spec.Deadline, leastDrain))
	defer cancel()
	select {
	case <-f.ended:
	case <-ctx.Done():
		f.abandon(lossLeftOff)
	}
}

// await reports whether the tap's actor has ended in time.
func (f *Feed) await(patience time.Duration) bool {
	enough := time.NewTimer(patience)
	defer enough.Stop()
	select {
	case <-f.gone:
		return true
	case <-enough.C:
		return false
	}
}

// tapGrace is how long a tap's actor has for its last message.
const tapGrace = 200 * time.Millisecond

// end waits for a tap to take what is left, and for its actor to end.
func (f *Feed) end(ctx context.Context) {
	f.drain(ctx)
	if _, there := f.host.System.ProcessRegistry.Get(f.pid); !there {
		return
	}
	f.stop()
	if f.await(tapGrace) {
		return
	}
	// The group would wait for it for ever. It is told what it will not hear.
	group := f.host.PID(host.Path(host.Taps))
	if p, ok := f.host.System.ProcessRegistry.Get(group); ok {
		p.SendSystemMessage(group, &actor.Terminated{Who: f.pid})
	}
}

// stop stops the tap's actor. One that hangs ends when it comes back.
func (f *Feed) stop() {
	f.host.Send(f.host.PID(host.Path(host.Taps)), supervisor.Remove{Name: f.Spec.Name})
}

// remove stops the tap's actor and waits until it is gone, so that another one can have
// its name; one that hangs is not waited for longer than tapGrace.
func (f *Feed) remove() {
	gone := supervisor.Remove{Name: f.Spec.Name, Gone: true}
	_ = f.host.System.Root.RequestFuture(f.host.PID(host.Path(host.Taps)), gone, tapGrace).Wait() // it hangs, or is gone already
}

// close lets nothing more in. What waits is given to the tap now; ended is closed
// when it has it.
func (f *Feed) close() {
	f.mu.Lock()
	defer f.unlock()
	f.closing = true
	f.rouse()
	f.lookForEnd()
}

// succeeded has another feed told from now on.
func (f *Feed) succeeded(by *Feed) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.heir = by
}

// lookForEnd closes ended when there is nothing to be waited for.
func (f *Feed) lookForEnd() {
	if f.closing && f.empty() {
		f.stopAlarms()
		select {
		case <-f.ended:
		default:
			close(f.ended)
		}
	}
}

func (f *Feed) stopAlarms() {
	f.gather.stop()
	f.late.stop()
	f.idle.stop()
}

// abandon counts everything as lost that the tap has not taken.
func (f *Feed) abandon(why string) {
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
	for _, w := range f.waits {
		f.resolve(w, errors.New(why))
	}
	f.waits = nil
	f.lookForEnd()
}

// buried is called when an incarnation of the actor is gone.
func (f *Feed) buried() {
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
