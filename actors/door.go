package actors

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"net"
	"sync/atomic"
	"time"

	"github.com/troupe-mq/troupe/actors/access"
	"github.com/troupe-mq/troupe/wire"
)

// door is what clients that come the same way have in common.
type door struct {
	kind string // as /connz calls it
	host string // what INFO says of the address; empty if that is what it says elsewhere
	port int
	face atomic.Pointer[face]
}

// face is what a door says and asks for. A reload gives it another one.
type face struct {
	greeting wire.Greeting
	guard    *guard // nil if INFO is all that there is before CONNECT
	mapped   bool   // certificates say who clients are
}

// The kinds of doors.
const (
	kindNATS      = "nats"
	kindWebSocket = "websocket"
	kindActor     = "actor"
)

// guard is TLS at a door.
type guard struct {
	*TLS
	certificates *certificates
	config       *tls.Config
	desk         desk
	optional     bool // who begins no handshake is let in too
}

// newGuard is nil where there is no TLS.
func (h *hub) newGuard(t *TLS, optional bool) (*guard, error) {
	if t == nil {
		return nil, nil
	}
	k, err := newCertificates(t, h.now, h.logger)
	if err != nil {
		return nil, err
	}
	return &guard{TLS: t, certificates: k, config: k.server(), desk: h.desk, optional: optional}, nil
}

// newDoor is a door at the address that all clients are told.
func (h *hub) newDoor(kind string, g *guard) *door {
	d := &door{kind: kind}
	h.announce(d, g)
	return d
}

// announce gives a door the face that goes with the settings. Its greeting says
// what is asked of clients, and an address that may be one that only they see.
func (h *hub) announce(d *door, g *guard) {
	info, now := h.info, h.settings.Load()
	info.MaxPayload, info.AuthRequired = now.config.MaxPayload, now.gate.Asks()
	if d.host != "" {
		info.Host, info.Port = d.host, d.port
	} else if host, port, err := splitAdvertise(now.config.ClientAdvertise); err == nil {
		info.Host, info.Port = host, port
	}
	if g != nil {
		info.TLSRequired, info.TLSAvailable, info.TLSVerify = !g.optional, g.optional, g.verifies()
	}
	d.face.Store(&face{greeting: wire.NewGreeting(&info), guard: g, mapped: g != nil && g.Map})
}

// arrival is one client on its way through a guarded door. It is the reader's.
type arrival struct {
	guard *guard
	nc    net.Conn
	info  []byte // what it is greeted with
}

// entered tells a connection that its client is in, and how it is reached now.
type entered struct {
	link    link
	greeted bool
}

// barred tells a connection that its client has not got through the door.
type barred struct{ err error }

// IgnoreDeadLetterLogging: the connection may be over already.
func (*entered) IgnoreDeadLetterLogging() {}

// IgnoreDeadLetterLogging: the connection may be over already.
func (*barred) IgnoreDeadLetterLogging() {}

// tlsRecord is the first byte of a handshake. No line of a client begins so.
const tlsRecord = 0x16

// pass greets the client and shakes hands with it, in the order that is asked
// for. What it has read of a client that comes without TLS is in head.
func (e *arrival) pass() (in entered, head []byte, err error) {
	until := time.Now().Add(e.guard.timeout())
	if err = e.nc.SetDeadline(until); err != nil {
		return in, nil, err
	}
	if first := e.guard.HandshakeFirst; first > 0 {
		head, err = e.peek(first)
	} else if first < 0 {
		head = []byte{} // what comes is a handshake, or else it fails as one
	}
	if err != nil {
		return in, nil, err
	}
	if head == nil {
		in.greeted = true
		if _, err = e.nc.Write(e.info); err != nil {
			return in, nil, err
		}
		if e.guard.optional {
			head, err = e.peek(e.guard.timeout())
			if err != nil || len(head) == 0 || head[0] != tlsRecord {
				in.link = newLink(e.nc)
				return in, head, errors.Join(err, e.nc.SetDeadline(time.Time{}))
			}
		}
	}
	in.link, err = e.shakeHands(head, until)
	return in, nil, err
}

// peek waits so long for a first byte; there may be none.
func (e *arrival) peek(d time.Duration) ([]byte, error) {
	if err := e.nc.SetReadDeadline(time.Now().Add(d)); err != nil {
		return nil, err
	}
	head := make([]byte, 1)
	switch n, err := e.nc.Read(head); {
	case n == 1:
		return head, nil
	case isTimeout(err):
		return nil, nil
	default:
		return nil, err
	}
}

func (e *arrival) shakeHands(head []byte, until time.Time) (link, error) {
	low := newCarrier(&resumed{Conn: e.nc, head: head})
	if err := low.begin(e.guard.desk, until); err != nil {
		return nil, err
	}
	defer low.leave() // should it crash
	high := tls.Server(low, e.guard.config)
	err := high.HandshakeContext(context.Background()) // the deadline is the socket's
	if err := errors.Join(err, low.done()); err != nil {
		return nil, err
	}
	s := high.ConnectionState()
	return layered{stream{high}, low, cipherBy(&s)}, nil
}

// resumed is a socket of which a first byte has been read.
type resumed struct {
	net.Conn
	head []byte
}

func (r *resumed) Read(p []byte) (int, error) {
	if len(r.head) == 0 {
		return r.Conn.Read(p)
	}
	n := copy(p, r.head)
	r.head = r.head[n:]
	return n, nil
}

// layered is a link with a layer between it and the socket that wants to say
// goodbye, which may take time.
type layered struct {
	stream
	low *carrier
	by  cipher
}

// cipher is how a client is encrypted, and the certificates that it has shown.
type cipher struct {
	version, suite uint16
	shown          []*x509.Certificate
}

func cipherBy(s *tls.ConnectionState) cipher {
	return cipher{s.Version, s.CipherSuite, s.PeerCertificates}
}

// owner is whom the client's own certificate belongs to.
func (by cipher) owner() *access.Names {
	if len(by.shown) == 0 {
		return access.NamesOf(nil)
	}
	return access.NamesOf(by.shown[0])
}

func (layered) polite() bool { return true }

func (l layered) abort() { _ = l.low.Close() } // nobody is left to tell

func (l layered) hangUp(why CloseReason) {
	l.low.finish(lingerTime)
	l.stream.hangUp(why)
}

// enter is what the reader does before it reads, where there is a guard. It
// reports false if the client is not let in.
func (r *reader) enter(e *arrival) bool {
	told := false
	defer func() {
		if !told { // it has crashed
			r.system.Root.Send(r.pid, &barred{errors.New("the handshake has crashed")})
		}
	}()
	in, head, err := e.pass()
	told = true
	if err != nil {
		r.system.Root.Send(r.pid, &barred{err})
		return false
	}
	r.link = in.link
	if len(head) > 0 {
		r.in.w += copy(r.in.own(), head)
	}
	r.system.Root.Send(r.pid, &in)
	return true
}

// enter begins to talk with a client that has come in.
func (c *connection) enter(m *entered) {
	c.link, c.waiting = m.link, false
	if c.leaving {
		return
	}
	if !m.greeted {
		c.sendInfo(false)
	}
	c.startClock()
}

// bar ends a connection whose client has not come in. It is heard out, for by TLS
// 1.3 it takes itself for welcome, and speaks, before it can know what was wrong
// with its certificate.
func (c *connection) bar(err error) {
	if !c.leaving {
		c.complain("TLS handshake failed", "error", err)
	}
	c.waiting = false
	c.lost(TLSHandshakeFailure)
}

// knock has the reader see to the door before it reads.
func (c *connection) knock(f *face) *arrival {
	c.waiting = true
	if c.tracing {
		c.traceOut("INFO")
	}
	return &arrival{guard: f.guard, nc: c.link.conn(), info: f.greeting.Append(nil, c.personal(false))}
}
