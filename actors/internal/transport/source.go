package transport

import (
	"time"

	"github.com/asynkron/protoactor-go/actor"

	"github.com/troupe-mq/troupe/actors/internal/inbound"
	"github.com/troupe-mq/troupe/actors/report"
)

// Source is where the input of a connection comes from: the goroutine that reads its
// socket, or the actor that is its client. Only the connection's actor calls it, but
// for [Source.Routed].
//
// A connection is told by [Received] that there is something to take. It then owns the
// input until it calls [Source.Resume].
type Source interface {
	// Start begins to bring input to the connection self. It is called once.
	Start(self *actor.PID, in *inbound.Input)
	// Take moves what has come into the input. It reports whether there is anything,
	// and whether nothing more will follow.
	Take() (some, over bool)
	// Resume is told that the input is parsed. The source brings more after the pause.
	Resume(p Pause)
	// Yield is told that more of the input is to be parsed. The connection is told that
	// there is something to take when others have had their turn, and still owns the input.
	Yield()
	// Routed has the connection told that its batch is routed, on no goroutine of the
	// caller's. Any goroutine may call it.
	Routed()
	// Stop ends the source. It never blocks.
	Stop(why report.CloseReason)
}

// Pause is what a source waits for before it brings more. The zero value is nothing.
type Pause struct {
	Until <-chan struct{} // closed when it is over; nil if only time ends it
	Most  time.Duration   // how long it lasts at most
}

// IsNone reports whether there is nothing to wait for.
func (p Pause) IsNone() bool { return p.Most == 0 }

// Wait waits for it.
func (p Pause) Wait() {
	enough := time.NewTimer(p.Most)
	defer enough.Stop()
	select {
	case <-p.Until:
	case <-enough.C:
	}
}

// Received tells a connection that there is input to take.
type Received struct{}

// Routed tells a connection that every partition is through with its batch.
type Routed struct{}

// Disconnected tells a connection that nothing more can be read.
type Disconnected struct{ Err error }

// HandshakeDone tells a connection that its client is in, and how it is reached now.
type HandshakeDone struct {
	Link    Link
	Greeted bool // it has been sent INFO
}

// HandshakeFailed tells a connection that its client has not come in.
type HandshakeFailed struct{ Err error }

// IgnoreDeadLetterLogging keeps it out of the log: a source may tell a connection something that has just
// ended. That is an everyday end, and not worth a line.
func (*Received) IgnoreDeadLetterLogging() {}

// IgnoreDeadLetterLogging is as above.
func (*Routed) IgnoreDeadLetterLogging() {}

// IgnoreDeadLetterLogging is as above.
func (*Disconnected) IgnoreDeadLetterLogging() {}

// IgnoreDeadLetterLogging is as above.
func (*HandshakeDone) IgnoreDeadLetterLogging() {}

// IgnoreDeadLetterLogging is as above.
func (*HandshakeFailed) IgnoreDeadLetterLogging() {}

// The messages that carry nothing are one value each.
var (
	MsgReceived = &Received{}
	MsgRouted   = &Routed{}
)
