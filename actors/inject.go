package actors

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/troupe-mq/troupe/actors/internal/host"
	"github.com/troupe-mq/troupe/actors/internal/lab"
	"github.com/troupe-mq/troupe/actors/internal/survey"
	"github.com/troupe-mq/troupe/actors/report"
	"github.com/troupe-mq/troupe/supervisor"
)

// Fault is something that an actor is made to do wrong, to see what becomes of everybody else.
type Fault struct {
	Target string        // path in the tree: "connections/conn-7", "partitions/part-0", "taps/audit"
	Kind   FaultKind     // what the actor does
	For    time.Duration // how long it stalls or is slow; without meaning for FaultPanic
}

// FaultKind is a way for an actor to misbehave.
type FaultKind string

// The faults that the lab can cause.
const (
	FaultPanic FaultKind = "panic" // it panics
	FaultStall FaultKind = "stall" // it handles nothing for a while
	FaultSlow  FaultKind = "slow"  // it takes a millisecond for each message for a while
)

// FaultReport is what became of a Fault.
type FaultReport struct {
	Target    string               `json:"target"`
	Kind      FaultKind            `json:"kind"`
	Directive supervisor.Directive `json:"directive"`      // what the supervisor decided; empty if it was not asked
	Gone      bool                 `json:"gone"`           // the actor has ended
	Away      time.Duration        `json:"away_ns"`        // until it answered again, or was known to have ended
	Lost      uint64               `json:"lost_elsewhere"` // copies that others lost meanwhile
	Ledger    report.Ledger        `json:"ledger"`
}

// ErrFault is the error of a fault that makes no sense, or of a target that there is not.
var ErrFault = errors.New("troupe: no such fault")

// maxFaultTime bounds how long an actor may be kept busy.
const maxFaultTime = 30 * time.Second

// Inject causes a fault, waits until the actor answers again or has ended, and reports what happened. The error
// is an ErrFault, report.ErrStopped, or that the actor did not answer within ctx. Inject is for tests and for
// learning: nobody should reach it from outside who may not also stop the broker.
func (b *Broker) Inject(ctx context.Context, f Fault) (FaultReport, error) {
	r := FaultReport{Target: f.Target, Kind: f.Kind}
	if err := f.check(); err != nil {
		return r, err
	}
	h := b.host
	pid := h.PID(host.Path(f.Target))
	if _, alive := h.System.ProcessRegistry.Get(pid); !alive {
		return r, fmt.Errorf("%w: there is no actor %q", ErrFault, f.Target)
	}
	before, began := b.counters.Ledger(), h.Now()
	ctx, cancel := context.WithTimeout(ctx, f.For+survey.AskWait)
	defer cancel()
	alive, err := survey.Ask(ctx, b.asker, pid, func(answer chan<- bool) any {
		h.Send(pid, &lab.Order{Kind: string(f.Kind), For: f.For}) // from the same goroutine: the probe is behind it
		return &lab.Probe{Answer: answer}
	})
	if err != nil {
		return r, err
	}
	r.Away, r.Gone = h.Now().Sub(began), !alive
	r.Ledger = b.counters.Ledger()
	r.Lost = lostElsewhere(before, r.Ledger)
	r.Directive, err = b.directive(ctx, pid.Id, began)
	return r, err
}

func (f *Fault) check() error {
	family, _, _ := strings.Cut(f.Target, "/")
	switch {
	case family != host.Connections && family != host.Partitions && family != host.Taps:
		return fmt.Errorf("%w: %q is no connection, no partition and no tap", ErrFault, f.Target)
	case f.Kind != FaultPanic && f.Kind != FaultStall && f.Kind != FaultSlow:
		return fmt.Errorf("%w: %q is none of %s, %s and %s", ErrFault, f.Kind, FaultPanic, FaultStall, FaultSlow)
	case f.For < 0 || f.For > maxFaultTime:
		return fmt.Errorf("%w: %s is not in 0..%s", ErrFault, f.For, maxFaultTime)
	}
	return nil
}

// lostElsewhere is how many copies were dropped between two ledgers for other
// reasons than that the very connection had crashed.
func lostElsewhere(before, after report.Ledger) uint64 {
	lost := uint64(0)
	for why, n := range after.Dropped {
		if why != report.InternalError.Key() && why != report.Gone.Key() {
			lost += n - before.Dropped[why]
		}
	}
	return lost
}

// directive is what the supervisor decided about an actor since a moment.
func (b *Broker) directive(ctx context.Context, path string, since time.Time) (supervisor.Directive, error) {
	for _, n := range []int{recentEvents, 0} { // all of them are a lot to copy, and garbage afterwards
		events, err := b.History(ctx, n)
		if err != nil {
			return "", err
		}
		for _, e := range events {
			if e.Path == path && e.What == supervisor.Failed && !e.Time.Before(since) {
				return e.Directive, nil
			}
		}
		if len(events) > 0 && events[len(events)-1].Time.Before(since) {
			break // nothing that is older can be it
		}
	}
	return "", nil
}

// recentEvents is how far back a failure usually is that has just happened.
const recentEvents = 32
