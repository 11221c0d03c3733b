package client

import (
	"math"
	"sync/atomic"
)

// window bounds what an actor has been given and has not handled: its mailbox does
// not. It is what the buffer of a socket is for others, and what does not fit in
// waits in the outbox of the connection, where the rules about slow consumers hold.
type window struct {
	most    int64
	used    atomic.Int64
	wanted  atomic.Bool   // the writer waits
	changed chan struct{} // holds one
}

// messageCost is counted for each message beside its bytes, which may be few.
const messageCost = 256

func newWindow(most int) window {
	return window{most: int64(most), changed: make(chan struct{}, 1)}
}

// open reports whether something more can be handed over. A message that is
// larger than the window fits in when there is no other.
func (w *window) open() bool { return w.used.Load() < w.most }

// enter counts what is handed over.
func (w *window) enter(bytes int) { w.used.Add(int64(bytes)) }

// leave is told what the actor has handled.
func (w *window) leave(bytes int) {
	w.used.Add(int64(-bytes))
	if w.wanted.Load() {
		select {
		case w.changed <- struct{}{}:
		default:
		}
	}
}

// shut closes it for good.
func (w *window) shut() { w.used.Add(math.MaxInt64 / 2) }
