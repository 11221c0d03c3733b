package host

import (
	"sync/atomic"
	"time"

	"github.com/troupe-mq/troupe/supervisor"
)

// workers are goroutines that have done their work and wait a moment for more. A
// new goroutine begins with a small stack and copies it again and again on its way
// through connection, partition and back; one that has been there before does not.
// That is worth a tenth of what a short connection costs.
type workers struct {
	waiting chan task
	idle    atomic.Int32
}

// task is what a goroutine is for.
type task struct {
	name string
	do   func()
}

const (
	workersIdle = 8               // that many wait for work at most
	workersWait = 2 * time.Second // and no longer than that
)

// Spawn runs do in a goroutine. A panic in it is an event, and ends nothing else.
func (h *Host) Spawn(name string, do func()) {
	t := task{name, do}
	select {
	case h.workers.waiting <- t:
	default:
		go h.work(t)
	}
}

// work does a task, and then others for as long as they come.
func (h *Host) work(t task) {
	for more := true; more; t, more = h.next() {
		h.attempt(t)
	}
}

// next waits for another task, unless enough others do.
func (h *Host) next() (t task, more bool) {
	defer h.workers.idle.Add(-1)
	if h.workers.idle.Add(1) > workersIdle {
		return t, false
	}
	enough := time.NewTimer(workersWait)
	defer enough.Stop()
	select {
	case t = <-h.workers.waiting:
		return t, true
	case <-enough.C:
		return t, false
	}
}

// attempt does a task and catches its panic.
func (h *Host) attempt(t task) {
	defer func() {
		if r := recover(); r != nil {
			h.Crashed(t.name, supervisor.Caught(r))
		}
	}()
	t.do()
}
