package actors

import (
	"sync/atomic"
	"time"

	"github.com/troupe-mq/troupe/supervisor"
)

// crew is goroutines that have done their work and wait a moment for more. A new
// goroutine begins with a small stack and copies it again and again on its way
// through connection, partition and back; one that has been there before does
// not. That is worth a tenth of what a short connection costs.
type crew struct {
	waiting chan task
	idle    atomic.Int32
}

// task is what a goroutine is for.
type task struct {
	name string
	do   func()
}

const (
	crewIdle = 8               // that many wait for work at most
	crewWait = 2 * time.Second // and no longer than that
)

// spawn runs do in a goroutine. If it panics that is logged, and ends nothing
// else.
func (h *hub) spawn(name string, do func()) {
	t := task{name, do}
	select {
	case h.crew.waiting <- t:
	default:
		go h.work(t)
	}
}

// work does a task, and then others for as long as they come.
func (h *hub) work(t task) {
	for more := true; more; t, more = h.next() {
		h.attempt(t)
	}
}

// next waits for another task, unless enough others do.
func (h *hub) next() (t task, more bool) {
	defer h.crew.idle.Add(-1)
	if h.crew.idle.Add(1) > crewIdle {
		return t, false
	}
	enough := time.NewTimer(crewWait)
	defer enough.Stop()
	select {
	case t = <-h.crew.waiting:
		return t, true
	case <-enough.C:
		return t, false
	}
}

// attempt does a task and catches its panic.
func (h *hub) attempt(t task) {
	defer func() {
		if r := recover(); r != nil {
			h.crashed(t.name, supervisor.Caught(r))
		}
	}()
	t.do()
}
