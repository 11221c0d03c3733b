package actors

import (
	"context"

	"github.com/troupe-mq/troupe/actors/internal/survey"
	"github.com/troupe-mq/troupe/actors/report"
)

// Fault is something that an actor is made to do wrong, to see what becomes of everybody else. Target is its path in the
// tree, with or without the root: "connections/conn-7", "partitions/part-0", "actors/mine".
type Fault = survey.Fault

// FaultKind is a way for an actor to misbehave.
type FaultKind = survey.FaultKind

// The faults that the lab can cause.
const (
	FaultPanic = survey.FaultPanic // it panics
	FaultStall = survey.FaultStall // it handles nothing for a while
	FaultSlow  = survey.FaultSlow  // it takes a millisecond for each message for a while
)

// ErrFault is the error of a fault that makes no sense, or of a target that there is not.
var ErrFault = survey.ErrFault

// Inject causes a fault in an actor, waits until it answers again, has ended, or has failed and is not back within two
// seconds, and reports what happened. The error is an ErrFault, report.ErrStopped, or that the actor did not answer
// within ctx. Inject is for tests and for
// learning: nobody should reach it from outside who may not also stop the broker.
func (b *Broker) Inject(ctx context.Context, f Fault) (report.Fault, error) {
	return b.asker.Inject(ctx, f, b.counters.Ledger)
}
