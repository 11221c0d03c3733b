package transport

import (
	"errors"
	"math"
	"time"

	"github.com/asynkron/protoactor-go/actor"

	"github.com/troupe-mq/troupe/actors/internal/host"
	"github.com/troupe-mq/troupe/actors/internal/inbound"
	"github.com/troupe-mq/troupe/actors/internal/parking"
	"github.com/troupe-mq/troupe/actors/internal/steps"
	"github.com/troupe-mq/troupe/actors/report"
	"github.com/troupe-mq/troupe/internal/instant"
)

// reader is the goroutine of a connection: it waits for bytes, and lends itself to
// the actors for whatever these bytes cause. It does no work of its own. While it is parked there is no
// goroutine.
type reader struct {
	host      *host.Host
	self      *actor.PID
	link      Link
	in        *inbound.Input
	handshake *Handshake      // nil if the client is in already
	turns     chan turn       // never blocks the actor: one batch in flight, one stop
	stake     inbound.Stake   // what the input keeps
	since     instant.Instant // when it has begun to find always more to read, Never while it does not

	lot   *parking.Lot
	place parking.Place
	state readerState
}

// turn tells the reader what to do next.
type turn struct {
	do    turnKind
	pause Pause // before it reads on
}

type turnKind uint8

const (
	turnRead  turnKind = iota // the input is parsed: read on
	turnYield                 // others have their turn: then there is more to parse
	turnRoute                 // the batch is routed: run the connection's commit
	turnStop                  // the connection is over
)

// turnsAtOnce is how many turns there can be that the reader has not looked at.
const turnsAtOnce = 2

// NewReader makes a source that reads l, on a budget, and parks in a lot, which may be nil. The handshake, if
// there is one, comes first.
func NewReader(b *inbound.Budget, lot *parking.Lot, l Link, first *Handshake) *reader {
	r := &reader{host: b.Host, lot: lot, link: l, handshake: first, turns: make(chan turn, turnsAtOnce)}
	r.stake.Stand(b, r.interrupt)
	return r
}

// interrupt ends a read that waits, or the next one.
func (r *reader) interrupt() {
	_ = r.link.Conn().SetReadDeadline(time.Unix(1, 0)) // if it fails the connection is closed, and the read over
}

func (r *reader) Start(self *actor.PID, in *inbound.Input) {
	r.self, r.in = self, in
	r.stake.Of(in)
	r.host.Spawn("reader", r.begin)
}

// Take has nothing to move: the reader has filled the input.
func (r *reader) Take() (some, over bool) { return true, false }

func (r *reader) Resume(p Pause) { r.turns <- turn{do: turnRead, pause: p} }

func (r *reader) Yield() { r.turns <- turn{do: turnYield} }

func (r *reader) Routed() { r.turns <- turn{do: turnRoute} }

func (r *reader) Stop(report.CloseReason) {
	r.stopParking()
	r.turns <- turn{do: turnStop}
}

// LingerTime is how long a client whose connection has ended is heard out.
const LingerTime = 500 * time.Millisecond

// begin shakes hands, and reads.
func (r *reader) begin() {
	if r.handshake != nil && !r.shakeHands() {
		defer r.link.Conn().Close()
		<-r.turns // the only one is to stop
		r.hearOut()
		return
	}
	r.run()
}

// run reads until it parks, or the connection ends or says stop. Then it is the last to touch the
// transport, and closes it.
func (r *reader) run() {
	parked := false
	defer func() {
		if !parked {
			r.lot.Leave(&r.place)
			r.link.Conn().Close()
		}
	}()
	if descriptorOf(r.link) != nil {
		r.lot.Enter(&r.place, r)
	}
	for early := r.in.Pending() > 0; ; early = false { // the handshake has read it
		if !early {
			err := r.read()
			switch {
			case err == nil:
			case !r.nudged(err):
				r.disconnect(err)
				return
			case r.park():
				parked = true
				return
			default:
				continue
			}
		}
		r.host.Send(r.self, MsgReceived)
		if !r.await() {
			r.hearOut()
			return
		}
		switch {
		case !r.in.Filled():
			r.since = instant.Never
		case r.since == instant.Never:
			r.since = instant.Now()
		case instant.Now().Sub(r.since) > patience:
			r.giveWay()
		}
	}
}

// read reads once. One that waits for the rest of a command is left alone by the lot: it may not park.
func (r *reader) read() error {
	whole := !r.in.Unfinished()
	if whole {
		r.place.Reads()
	}
	err := r.link.ReadInto(r.in)
	if whole {
		r.place.Reads()
	}
	if err != nil {
		return r.stake.Ended(err)
	}
	return nil
}

// patience is how long a reader goes on that always finds more to read, before others have their turn.
const patience = 250 * time.Microsecond

// giveWay lets others have their turn.
func (r *reader) giveWay() {
	steps.Yield()
	r.since = instant.Now()
}

// departing is the readers of all clients that are leaving. A connection ends on the goroutine of its reader.
var departing steps.Crowd

// disconnect tells the connection that nothing more is read. What it still has to
// say to a client that had to give way is not to be lost.
func (r *reader) disconnect(why error) {
	r.in.Release()
	begun := departing.Join()
	r.host.Send(r.self, &Disconnected{why})
	departing.Leave(begun)
	if inbound.AsGaveWay(why) == nil {
		r.outlast()
		return
	}
	for (<-r.turns).do != turnStop {
	}
	r.passOver(hearAtMost)
}

// shakeHands is what comes before reading where there is a handshake. It reports
// false if the client is not let in.
func (r *reader) shakeHands() bool {
	told := false
	defer func() {
		if !told { // it has crashed
			r.host.Send(r.self, &HandshakeFailed{errors.New("the handshake has crashed")})
		}
	}()
	in, head, err := r.handshake.run()
	told = true
	if err != nil {
		r.host.Send(r.self, &HandshakeFailed{err})
		return false
	}
	r.link = in.Link
	if len(head) > 0 {
		r.in.W += copy(r.in.Own(), head)
	}
	r.host.Send(r.self, &in)
	return true
}

// hearOut reads until the client closes, or the deadline that was set: a close
// with something left to read would take with it what the client was told.
func (r *reader) hearOut() { r.passOver(math.MaxInt) }

// passOver reads so many bytes that nobody looks at. They are as cheap as can be, and come in turns.
func (r *reader) passOver(most int) {
	if web, ok := r.link.Conn().(*WebConn); ok {
		web.passOver()
	}
	b := make([]byte, min(most, passedAtOnce))
	for since := time.Now(); most > 0; {
		n, err := r.link.Conn().Read(b[:min(most, len(b))])
		if most -= n; err != nil {
			return
		}
		if time.Since(since) > patience {
			steps.Yield()
			since = time.Now()
		}
	}
}

// passedAtOnce is how many bytes of them are read at once.
const passedAtOnce = 32 << 10

// hearAtMost is how many bytes are heard of a client that is in the middle of a large
// message.
const hearAtMost = 256 << 10

// outlast keeps a link that says goodbye open until the connection has done so.
func (r *reader) outlast() {
	for r.link.Polite() && (<-r.turns).do != turnStop {
	}
}

// await lends this goroutine to the connection until it has parsed its input. It
// reports false if the connection is over.
func (r *reader) await() bool {
	t := <-r.turns
	for {
		switch {
		case t.do == turnStop:
			return false
		case t.do == turnYield:
			r.giveWay()
			r.host.Send(r.self, MsgReceived)
		case t.do == turnRoute:
			r.host.Send(r.self, MsgRouted)
		case t.pause.IsNone():
			return true
		default:
			var early bool
			if t, early = r.rest(t.pause); !early {
				return true
			}
			continue
		}
		t = <-r.turns
	}
}

// rest holds the reader up until the pause is over. It returns early,
// with the turn, if there is another one.
func (r *reader) rest(p Pause) (next turn, early bool) {
	enough := time.NewTimer(p.Most)
	defer enough.Stop()
	select {
	case <-p.Until:
	case <-enough.C:
	case next = <-r.turns:
		return next, true
	}
	return next, false
}
