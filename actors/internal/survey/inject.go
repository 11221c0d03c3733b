package survey

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/troupe-mq/troupe/actors/internal/host"
	"github.com/troupe-mq/troupe/actors/internal/lab"
	"github.com/troupe-mq/troupe/actors/report"
)

// Fault is something that an actor is made to do wrong, to see what becomes of everybody else.
type Fault struct {
	Target string        // path in the tree, with or without the root: "connections/conn-7", "partitions/part-0", "actors/mine"
	Kind   FaultKind     // what the actor does
	For    time.Duration // how long it stalls or is slow; more than 0, but without meaning for FaultPanic
}

// FaultKind is a way for an actor to misbehave.
type FaultKind string

// The faults that the lab can cause.
const (
	FaultPanic FaultKind = "panic" // it panics
	FaultStall FaultKind = "stall" // it handles nothing for a while
	FaultSlow  FaultKind = "slow"  // it takes a millisecond for each message for a while
)

// ErrFault is the error of a fault that makes no sense, or of a target that there is not.
var ErrFault = errors.New("troupe: no such fault")

// maxFaultTime bounds how long an actor may be kept busy.
const maxFaultTime = 30 * time.Second

// Inject causes a fault, and waits until the actor answers again, has ended, or has failed and is not back within two
// seconds. ledger is what has become of all messages so far.
func (a *Asker) Inject(ctx context.Context, f Fault, ledger func() report.Ledger) (report.Fault, error) {
	r := report.Fault{Target: f.Target, Kind: string(f.Kind)}
	path, err := f.check()
	if err != nil {
		return r, err
	}
	h := a.Host
	pid := h.PID(path)
	if _, alive := h.System.ProcessRegistry.Get(pid); !alive {
		return r, fmt.Errorf("%w: there is no actor %q: /actorz shows all of them", ErrFault, f.Target)
	}
	before, began := ledger(), h.Now()
	ctx, cancel := context.WithTimeout(ctx, f.For+AskWait)
	defer cancel()
	alive, err := Ask(ctx, a, pid, func(answer chan<- bool) any {
		h.Send(pid, &lab.Order{Kind: string(f.Kind), For: f.For}) // from the same goroutine: the probe is behind it
		return &lab.Probe{Answer: answer}
	})
	if silent := ctx.Err() != nil; err != nil && !silent {
		return r, err
	}
	r.Away, r.Gone = h.Now().Sub(began), err == nil && !alive
	r.Ledger = ledger()
	r.Lost = r.Ledger.LostElsewhere(before)
	var failed error
	r.Directive, failed = a.Decision(context.WithoutCancel(ctx), pid.Id, began)
	if r.Waiting = err != nil; r.Waiting && r.Directive == "" {
		return r, err // nothing is known of it
	}
	return r, failed
}

// check says what is wrong with a fault, and at which path in the tree its actor is.
func (f *Fault) check() (path string, err error) {
	target := strings.TrimPrefix(strings.Trim(f.Target, "/"), host.Root+"/")
	lasts := f.Kind == FaultStall || f.Kind == FaultSlow
	switch {
	case target == "":
		err = fmt.Errorf("%w: a target is needed, such as partitions/part-0: /actorz shows all of them", ErrFault)
	case slices.Contains(groups, target):
		err = fmt.Errorf("%w: %q is a group, and does no work that could fail: name one of its actors, as in partitions/part-0", ErrFault, f.Target)
	case strings.Count(strings.TrimPrefix(target, host.Mesh+"/"), "/") > 1:
		err = fmt.Errorf("%w: %q is below an actor, which alone may give it orders", ErrFault, f.Target)
	case f.Kind != FaultPanic && !lasts:
		err = fmt.Errorf("%w: kind %q is none of %s, %s and %s", ErrFault, f.Kind, FaultPanic, FaultStall, FaultSlow)
	case lasts && f.For == 0:
		err = fmt.Errorf("%w: %s takes time: say for how long, such as 500ms", ErrFault, f.Kind)
	case f.For < 0 || f.For > maxFaultTime:
		err = fmt.Errorf("%w: %s is not in 0..%s", ErrFault, f.For, maxFaultTime)
	}
	return host.Path(target), err
}

// groups are what does no work.
var groups = []string{host.Root, host.Connections, host.Partitions, host.Taps, host.Actors, host.Monitor, host.Listeners, host.Links, host.Mesh}
