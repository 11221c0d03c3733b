package account

import (
	"github.com/troupe-mq/troupe/actors/report"
)

// This file is how it becomes known how long services take.

// Watch has watch called with each measurement that has ended, on whatever goroutine it has. It must not block.
func (r *Replies) Watch(watch func(*report.Latency)) { r.watch.Store(&watch) }

// Measured hands over a measurement that has ended. It must not be called with the lock.
func (r *Replies) Measured(m *report.Latency) {
	if watch := r.watch.Load(); watch != nil {
		(*watch)(m)
	}
}

// fail notes why a request that is measured gets no answer.
func (r *Replies) fail(w *ReplyRoute, why report.LatencyStatus) {
	if w.Measured == nil || r.watch.Load() == nil {
		return
	}
	m := *w.Measured
	m.Status = why
	r.ended = append(r.ended, &m)
}

// unlock gives the lock back, and tells of what has ended under it: who hears that may ask for a route.
func (r *Replies) unlock() {
	ended := r.ended
	r.ended = nil
	r.mu.Unlock()
	for _, m := range ended {
		r.Measured(m)
	}
}
