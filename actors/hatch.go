package actors

import (
	"errors"
	"net"
	"os"
	"sync"
	"time"

	"github.com/asynkron/protoactor-go/actor"

	"github.com/troupe-mq/troupe/actors/access"
	"github.com/troupe-mq/troupe/wire"
)

// hatch is the link to a client that is an actor. What would go to a socket is
// read back and handed over as messages; a full window is a full socket. What the
// actor says comes by its speech, and not through here.
//
// It stands in for the net.Conn as well, because that is where a connection looks
// for the address of its client.
type hatch struct {
	system *actor.ActorSystem
	client *Client
	to     *actor.PID // the actor
	who    *access.Identity
	echo   bool
	inner  bool // it is a part of the broker
	name   string

	said      speech
	window    window
	gone      chan struct{} // closed when nothing more can be handed over
	goneOnce  sync.Once
	listening bool // the connection has nothing in flight: it is the connection's

	subject string  // of the message before: most have the same. Whoever writes owns it
	origin  *Origin // of what is written next, nil for the actor itself
	own     *Origin
}

// errLeft is what writing comes to when the actor has closed its client.
var errLeft = errors.New("troupe: the actor has left")

// errGarbled is a mistake of the broker's: it cannot read what it has written.
var errGarbled = errors.New("troupe: not a message")

// attribute tells a hatch who has published the next piece of an outbox.
func attribute(l link, d *deliver) {
	if h, ok := l.(*hatch); ok {
		h.origin = d.origin
	}
}

// offer hands over messages while the window is open.
func (h *hatch) offer(p []byte) (n int, err error) {
	for n < len(p) && h.window.open() {
		heard := wire.Hear(p[n:])
		if heard.Verdict == wire.HeardNothing {
			return n, errGarbled
		}
		h.hand(&heard)
		n += heard.Len
	}
	return n, nil
}

// write hands all of it over, as the actor makes room.
func (h *hatch) write(p []byte, deadline time.Duration) error {
	late := time.NewTimer(deadline)
	defer late.Stop()
	h.window.wanted.Store(true)
	defer h.window.wanted.Store(false)
	for {
		n, err := h.offer(p)
		if p = p[n:]; err != nil || len(p) == 0 {
			return err
		}
		select {
		case <-h.window.changed:
			late.Reset(deadline)
		case <-h.gone:
			return errLeft
		case <-late.C:
			return os.ErrDeadlineExceeded
		}
	}
}

// hand sends the actor what the broker says.
func (h *hatch) hand(heard *wire.Heard) {
	switch heard.Verdict {
	case wire.HeardMessage:
		h.system.Root.Send(h.to, h.message(heard))
	case wire.HeardPong:
		h.system.Root.Send(h.to, &Flushed{client: h.client})
	case wire.HeardError:
		h.system.Root.Send(h.to, &Refused{Text: string(heard.Text), client: h.client})
	default: // INFO, +OK and PING are for programs that speak the protocol
	}
}

// message is a message on its own: the buffer that it was in will be used again.
func (h *hatch) message(heard *wire.Heard) *Message {
	if string(heard.Subject) != h.subject {
		h.subject = string(heard.Subject)
	}
	m := &Message{
		Subject:      h.subject,
		Reply:        string(heard.Reply),
		Data:         append([]byte(nil), heard.Data...),
		From:         h.origin,
		Subscription: Subscription{client: h.client, sid: number(heard.Sid)},
		size:         heard.Len + messageCost,
	}
	if len(heard.Header) > 0 {
		m.Header = wire.ParseHeader(heard.Header)
	}
	if m.From == nil {
		m.From = h.own
	}
	h.window.enter(m.size)
	return m
}

// number reads a sid, which for an actor is always one.
func number(sid []byte) (n uint64) {
	for _, digit := range sid {
		n = n*10 + uint64(digit-'0')
	}
	return n
}

// shut lets nothing more be handed over, or said, and tells the actor why.
func (h *hatch) shut(why CloseReason) {
	h.abort()
	if h.said.drop() {
		h.system.Root.Send(h.to, &Detached{Reason: why, client: h.client})
	}
}

// abort lets nothing more be handed over.
func (h *hatch) abort() {
	h.goneOnce.Do(func() {
		h.window.shut()
		close(h.gone)
	})
}

func (h *hatch) hangUp(why CloseReason) { h.shut(why) }
func (h *hatch) polite() bool           { return false }
func (h *hatch) read(*input) error      { return net.ErrClosed } // what it says comes by its speech
func (h *hatch) conn() net.Conn         { return h }

// What follows makes a hatch a net.Conn, of which only the address is ever asked
// for, and which is closed if the broker takes no more connections.

// Close ends what has not begun.
func (h *hatch) Close() error {
	h.shut(ServerShutdown)
	return nil
}

func (h *hatch) Read([]byte) (int, error)         { return 0, net.ErrClosed }
func (h *hatch) Write([]byte) (int, error)        { return 0, net.ErrClosed }
func (h *hatch) LocalAddr() net.Addr              { return actorAddr(h.to.Id) }
func (h *hatch) RemoteAddr() net.Addr             { return actorAddr(h.to.Id) }
func (h *hatch) SetDeadline(time.Time) error      { return nil }
func (h *hatch) SetReadDeadline(time.Time) error  { return nil }
func (h *hatch) SetWriteDeadline(time.Time) error { return nil }

// actorAddr is where an actor is: its path.
type actorAddr string

// Network is how it is reached.
func (actorAddr) Network() string { return "actor" }

func (a actorAddr) String() string { return string(a) }
