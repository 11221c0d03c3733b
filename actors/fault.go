package actors

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/troupe-mq/troupe/supervisor"
)

// Fault is something wrong that the lab does to an actor, to see what becomes of
// everybody else.
type Fault struct {
	Target string        // path below the broker: "connections/conn-7", "partitions/part-0", "taps/audit"
	Kind   FaultKind     // what is done to it
	For    time.Duration // how long it stalls or is slow
}

// FaultKind is a way for an actor to misbehave.
type FaultKind string

// The faults that the lab can cause.
const (
	FaultPanic FaultKind = "panic" // it panics
	FaultStall FaultKind = "stall" // it handles nothing for a while
	FaultSlow  FaultKind = "slow"  // it takes a millisecond for each message for a while
)

// FaultReport is what became of it.
type FaultReport struct {
	Target    string               `json:"target"`
	Kind      FaultKind            `json:"kind"`
	Directive supervisor.Directive `json:"directive"` // what the supervisor decided; empty if it was not asked
	Gone      bool                 `json:"gone"`      // the actor has ended
	Away      time.Duration        `json:"away_ns"`   // until it answered again, or was known to have ended
	Lost      uint64               `json:"lost_elsewhere"`
	Ledger    Ledger               `json:"ledger"`
}

// ErrFault is the answer to a fault that makes no sense.
var ErrFault = errors.New("troupe: no such fault")

// maxFaultTime bounds how long an actor may be kept busy.
const maxFaultTime = 30 * time.Second

// fault asks an actor to misbehave.
type fault struct {
	kind FaultKind
	hold time.Duration
}

// probe asks an actor for a sign of life: false if it is gone.
type probe struct{ answer chan<- bool }

// strike does what was asked; what lasts is left in l.
func (f *fault) strike(l **lag) {
	switch f.kind {
	case FaultPanic:
		panic("lab: a fault was ordered")
	case FaultStall:
		<-time.After(f.hold)
	case FaultSlow:
		*l = &lag{until: time.Now().Add(f.hold)}
	}
}

// lag makes an actor slow.
type lag struct{ until time.Time }

// lagStep is what a slow actor takes for each message.
const lagStep = time.Millisecond

// endure waits, and returns the lag that the next message is to endure.
func (l *lag) endure() *lag {
	if time.Now().After(l.until) {
		return nil
	}
	<-time.After(lagStep)
	return l
}

// Inject causes a fault, waits until the actor answers again or has ended, and
// reports what happened. It is meant for tests and for learning: nobody should
// reach it from outside who may not also stop the broker.
func (b *Broker) Inject(ctx context.Context, f Fault) (FaultReport, error) {
	r := FaultReport{Target: f.Target, Kind: f.Kind}
	if err := f.check(); err != nil {
		return r, err
	}
	h := b.hub
	pid := h.system.NewLocalPID(rootName + "/" + f.Target)
	if _, alive := h.system.ProcessRegistry.Get(pid); !alive {
		return r, fmt.Errorf("%w: there is no actor %q", ErrFault, f.Target)
	}
	before, began := h.counters.ledger(), h.now()
	ctx, cancel := context.WithTimeout(ctx, f.For+askWait)
	defer cancel()
	alive, err := ask(ctx, b, pid, func(answer chan<- bool) any {
		h.system.Root.Send(pid, &fault{kind: f.Kind, hold: f.For}) // from the same goroutine: the probe is behind it
		return &probe{answer}
	})
	if err != nil {
		return r, err
	}
	r.Away, r.Gone = h.now().Sub(began), !alive
	r.Ledger = h.counters.ledger()
	r.Lost = lostElsewhere(before, r.Ledger)
	r.Directive, err = b.directive(ctx, pid.Id, began)
	return r, err
}

func (f *Fault) check() error {
	family, _, _ := strings.Cut(f.Target, "/")
	switch {
	case family != connectionsName && family != partitionsName && family != tapsName:
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
func lostElsewhere(before, after Ledger) uint64 {
	lost := uint64(0)
	for why, n := range after.Dropped {
		if why != InternalError.Key() && why != dropGone.Key() {
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
