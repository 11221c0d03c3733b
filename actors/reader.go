package actors

import (
	"io"
	"time"

	"github.com/asynkron/protoactor-go/actor"
)

// turn tells a connection's reader what to do next.
type turn struct {
	do     errand
	behind *jam // to be waited for before reading on, nil if there is none
}

// errand is what a turn is for.
type errand uint8

const (
	toRead  errand = iota // the input is parsed: read on
	toRoute               // the batch is routed: run the connection's commit
	toStop                // the connection is over
)

// reader is the goroutine of a connection: it waits for bytes, and lends itself
// to the actors for whatever these bytes cause. It does no work of its own.
type reader struct {
	system  *actor.ActorSystem
	pid     *actor.PID
	link    link
	in      *input
	arrival *arrival  // nil if the client is in already
	turns   chan turn // never blocks the actor: one batch in flight, one stop
}

// lingerTime is how long a client whose connection has ended is heard out.
const lingerTime = 500 * time.Millisecond

// run reads until the connection ends or says stop. It is the last to touch the
// transport, and closes it.
func (r *reader) run() {
	defer func() { r.link.conn().Close() }()
	if r.arrival != nil && !r.enter(r.arrival) {
		<-r.turns // the only one is to stop
		r.hearOut()
		return
	}
	early := r.in.pending() > 0 // the door has read it
	for ; ; early = false {
		if !early {
			if err := r.link.read(r.in); err != nil {
				r.in.release()
				r.system.Root.Send(r.pid, &disconnected{err})
				r.outlast()
				return
			}
		}
		r.system.Root.Send(r.pid, msgReceived)
		if !r.await() {
			r.hearOut()
			return
		}
	}
}

// hearOut reads until the client closes, or the deadline that was set: a close
// with something left to read would take with it what the client was told.
func (r *reader) hearOut() { _, _ = io.Copy(io.Discard, r.link.conn()) }

// outlast keeps a link that says goodbye open until the connection has done so.
func (r *reader) outlast() {
	for r.link.polite() && (<-r.turns).do != toStop {
	}
}

// await lends this goroutine to the connection until it has parsed its input. It
// reports false if the connection is over.
func (r *reader) await() bool {
	t := <-r.turns
	for {
		switch {
		case t.do == toStop:
			return false
		case t.do == toRoute:
			r.system.Root.Send(r.pid, msgRouted)
		case t.behind == nil:
			return true
		default:
			var early bool
			if t, early = t.behind.wait(r.turns); !early {
				return true
			}
			continue
		}
		t = <-r.turns
	}
}
