package client

import (
	"errors"
	"net"
	"os"
	"sync"
	"time"

	"github.com/asynkron/protoactor-go/actor"

	"github.com/troupe-mq/troupe/actors/internal/host"
	"github.com/troupe-mq/troupe/actors/internal/inbound"
	"github.com/troupe-mq/troupe/actors/internal/transport"
	"github.com/troupe-mq/troupe/actors/report"
	"github.com/troupe-mq/troupe/wire"
)

// clientLink is the link to a client that is an actor. What would go to a socket is
// read back and handed over as messages; a full window is a full socket. What the
// actor says comes by its pipe, and not through here.
//
// It stands in for the net.Conn as well, because that is where a connection looks
// for the address of its client.
type clientLink struct {
	host   *host.Host
	client *Client
	to     *actor.PID // the actor

	pipe     pipe
	window   window
	gone     chan struct{} // closed when nothing more can be handed over
	goneOnce sync.Once

	subject string         // of the message before: most have the same. Whoever writes owns it
	origin  *report.Origin // of what is written next, nil for the actor itself
	own     *report.Origin
}

// errGarbled is a mistake of the broker's: it cannot read what it has written.
var errGarbled = errors.New("troupe: not a message")

// Attribute tells who has published the next piece of the outbox.
func (l *clientLink) Attribute(o *report.Origin) { l.origin = o }

// Offer hands over messages while the window is open.
func (l *clientLink) Offer(p []byte) (n int, err error) {
	for n < len(p) && l.window.open() {
		heard := wire.Hear(p[n:])
		if heard.Verdict == wire.HeardNothing {
			return n, errGarbled
		}
		l.hand(&heard)
		n += heard.Len
	}
	return n, nil
}

// Cut is how much of p is n bytes of what the broker says, and the rest of what is said last of that.
func (l *clientLink) Cut(p []byte, n int) (at int) {
	for at < n {
		heard := wire.Hear(p[at:])
		if heard.Verdict == wire.HeardNothing {
			return len(p)
		}
		at += heard.Len
	}
	return at
}

// WriteAll hands all of it over, as the actor makes room.
func (l *clientLink) WriteAll(p []byte, deadline time.Duration) error {
	late := time.NewTimer(deadline)
	defer late.Stop()
	l.window.wanted.Store(true)
	defer l.window.wanted.Store(false)
	for {
		n, err := l.Offer(p)
		if p = p[n:]; err != nil || len(p) == 0 {
			return err
		}
		select {
		case <-l.window.changed:
			late.Reset(deadline)
		case <-l.gone:
			return transport.ErrLeft
		case <-late.C:
			return os.ErrDeadlineExceeded
		}
	}
}

// hand sends the actor what the broker says.
func (l *clientLink) hand(heard *wire.Heard) {
	switch heard.Verdict {
	case wire.HeardMessage:
		l.host.Send(l.to, l.message(heard))
	case wire.HeardPong:
		l.host.Send(l.to, &Flushed{client: l.client})
	case wire.HeardError:
		l.host.Send(l.to, &Refused{Text: string(heard.Text), client: l.client})
	default: // INFO, +OK and PING are for programs that speak the protocol
	}
}

// message is a message on its own: the buffer that it was in will be used again.
func (l *clientLink) message(heard *wire.Heard) *Message {
	if string(heard.Subject) != l.subject {
		l.subject = string(heard.Subject)
	}
	m := &Message{
		Subject:      l.subject,
		Reply:        string(heard.Reply),
		Data:         append([]byte(nil), heard.Data...),
		From:         l.origin,
		Subscription: Subscription{client: l.client, sid: number(heard.Sid)},
		size:         heard.Len + messageCost,
	}
	m.head = append(m.head, heard.Header...)
	if m.From == nil {
		m.From = l.own
	}
	l.window.enter(m.size)
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
func (l *clientLink) shut(why report.CloseReason) {
	l.Abort()
	if l.pipe.drop() {
		l.host.Send(l.to, &Detached{Reason: why, client: l.client})
	}
}

// Abort lets nothing more be handed over.
func (l *clientLink) Abort() {
	l.goneOnce.Do(func() {
		l.window.shut()
		close(l.gone)
	})
}

func (l *clientLink) HangUp(why report.CloseReason) { l.shut(why) }

func (l *clientLink) Polite() bool { return false }

func (l *clientLink) ReadInto(*inbound.Input) error { return net.ErrClosed } // what it says comes by its pipe

func (l *clientLink) Conn() net.Conn { return l }

func (l *clientLink) Link() transport.Link { return l }

// What follows makes a clientLink a net.Conn, of which only the address is ever asked
// for, and which is closed if the broker takes no more connections.

// Close ends what has not begun.
func (l *clientLink) Close() error {
	l.shut(report.ServerShutdown)
	return nil
}

func (l *clientLink) Read([]byte) (int, error) { return 0, net.ErrClosed }

func (l *clientLink) Write([]byte) (int, error) { return 0, net.ErrClosed }

func (l *clientLink) LocalAddr() net.Addr { return actorAddr(l.to.Id) }

func (l *clientLink) RemoteAddr() net.Addr { return actorAddr(l.to.Id) }

func (l *clientLink) SetDeadline(time.Time) error { return nil }

func (l *clientLink) SetReadDeadline(time.Time) error { return nil }

func (l *clientLink) SetWriteDeadline(time.Time) error { return nil }

// actorAddr is where an actor is: its path.
type actorAddr string

// Network is how it is reached.
func (actorAddr) Network() string { return "actor" }

func (a actorAddr) String() string { return string(a) }
