package msgtrace

import (
	"sync/atomic"
	"time"

	"github.com/troupe-mq/troupe/actors/report"
)

// Bounds of the waiting for receivers.
const (
	settleTime    = 250 * time.Millisecond // a trace is told then, wherever the message is
	mostUnsettled = 128                    // traces that wait at a time; others are told when the commit is over
)

// Desk is where the traces of a broker are told. It is safe for concurrent use.
type Desk struct {
	asked     atomic.Pointer[func(*report.Trace)]
	sampled   atomic.Pointer[func(*report.Trace)]
	unsettled atomic.Int32
}

// Watch has watch told of messages that are to be traced to a subject. Before, there are no such traces. It is called on any
// goroutine: it must not block.
func (d *Desk) Watch(watch func(*report.Trace)) { d.asked.Store(&watch) }

// WatchSampled has watch told of messages that are part of a trace outside, as Watch does.
func (d *Desk) WatchSampled(watch func(*report.Trace)) { d.sampled.Store(&watch) }

// IsWatched reports whether somebody is told of messages that are to be traced to a subject.
func (d *Desk) IsWatched() bool { return d.asked.Load() != nil }

// SeesSampled reports whether somebody is told of messages that are part of a trace outside.
func (d *Desk) SeesSampled() bool { return d.sampled.Load() != nil }

// Tell hands over a trace whose commit is over. It is told when the message is with everybody who gets it, or when that
// takes too long.
func (d *Desk) Tell(t *Trace) {
	t.desk = d
	if t.open.Load() > 1 {
		if d.unsettled.Add(1) > mostUnsettled {
			d.unsettled.Add(-1)
			t.settle()
			return
		}
		t.waits = true
		time.AfterFunc(settleTime, t.settle)
	}
	t.close()
}

// close notes that a way has ended, or the commit.
func (t *Trace) close() {
	if t.open.Add(-1) == 0 {
		t.settle()
	}
}

// settle tells the trace as it is now.
func (t *Trace) settle() { t.told.Do(t.tell) }

func (t *Trace) tell() {
	d, now := t.desk, time.Now()
	if t.waits {
		d.unsettled.Add(-1)
	}
	for _, w := range t.ways {
		w.tell(&t.Report.Steps[w.step], now)
	}
	if watch := d.asked.Load(); watch != nil && t.Report.Dest != "" {
		(*watch)(&t.Report)
	}
	if watch := d.sampled.Load(); watch != nil && t.Report.Sampled {
		(*watch)(&t.Report)
	}
}
