package msgtrace

import (
	"sync/atomic"
	"time"

	"github.com/troupe-mq/troupe/actors/report"
)

// This file is the time that a message takes: through the partitions, and behind the commit on its way to each receiver.

// Way is one message on its way to one receiver. It is an outbox.Watch: its methods are called on any goroutine.
type Way struct {
	trace *Trace
	step  int // of the trace

	taken, ended atomic.Int64 // nanoseconds of Unix time; 0 for not yet
	dropped      atomic.Bool
}

// way is that of the last step.
func (t *Trace) way() *Way {
	w := &Way{trace: t, step: len(t.Report.Steps) - 1}
	t.ways = append(t.ways, w)
	t.open.Add(1)
	return w
}

// Taken notes that the receiver has taken the message up.
func (w *Way) Taken(at time.Time) { w.taken.Store(at.UnixNano()) }

// Ended notes that the transport has taken the message, or that it was dropped.
func (w *Way) Ended(at time.Time, written bool) {
	w.dropped.Store(!written)
	w.ended.Store(at.UnixNano())
	w.trace.close()
}

// tell writes into the step how long the way was, or has been until now.
func (w *Way) tell(s *report.TraceStep, now time.Time) {
	taken, ended := w.taken.Load(), w.ended.Load()
	switch {
	case ended == 0 && taken == 0:
		s.Waits, s.Mailbox = report.WaitsInMailbox, now.Sub(s.Time)
		return
	case ended == 0:
		s.Waits, ended = report.WaitsForSocket, now.UnixNano()
	case w.dropped.Load():
		s.Error = Dropped
	}
	if taken == 0 { // it was dropped before
		taken = ended
	}
	s.Mailbox, s.Socket = time.Duration(taken-s.Time.UnixNano()), time.Duration(ended-taken)
}

// Routed notes that the batch of the message is parsed, and goes to the partitions.
func (t *Trace) Routed(now time.Time) {
	t.routed = now
	t.Report.Parsing = now.Sub(t.Report.Steps[0].Time)
}

// Matched notes that the partitions are done, and that the message is delivered from now on.
func (t *Trace) Matched(now time.Time) {
	if !t.routed.IsZero() {
		t.Report.Partition = now.Sub(t.routed)
	}
}
