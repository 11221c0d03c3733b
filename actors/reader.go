package actors

import (
	"io"
	"time"

	"github.com/asynkron/protoactor-go/actor"
)

// turn tells a connection's reader what to do next.
type turn uint8

const (
	turnRead  turn = iota // the input is parsed: read on
	turnRoute             // the batch is routed: run the connection's commit
	turnStop              // the connection is over
)

// reader is the goroutine of a connection: it waits for bytes, and lends itself
// to the actors for whatever these bytes cause. It does no work of its own.
type reader struct {
	system *actor.ActorSystem
	pid    *actor.PID
	link   link
	in     *input
	turns  chan turn // never blocks the actor: one batch in flight, one stop
}

// lingerTime is how long a client whose connection has ended is heard out.
const lingerTime = 500 * time.Millisecond

// run reads until the connection ends or says stop. It is the last to touch the
// transport, and closes it.
func (r *reader) run() {
	defer r.link.conn().Close()
	for {
		if err := r.link.read(r.in); err != nil {
			r.in.release()
			r.system.Root.Send(r.pid, &disconnected{err})
			return
		}
		r.system.Root.Send(r.pid, msgReceived)
		for t := <-r.turns; t != turnRead; t = <-r.turns {
			if t == turnStop {
				_, _ = io.Copy(io.Discard, r.link.conn()) // until it closes, or the deadline that was set
				return
			}
			r.system.Root.Send(r.pid, msgRouted)
		}
	}
}
