package transport

import (
	"context"
	"crypto/tls"
	"errors"
	"net"
	"runtime"
	"time"
)

// Handshake is what comes before CONNECT where there is TLS: INFO and the client's
// handshake, in the order that is asked for. The reader runs it.
type Handshake struct {
	Guard *TLSGuard
	Conn  net.Conn
	Info  []byte // what the client is greeted with

	place *Place
}

// tlsRecord is the first byte of a handshake. No line of a client begins so.
const tlsRecord = 0x16

// run greets the client and shakes hands with it. What it has read of a client that
// comes without TLS is in head. The client has a place in the lobby meanwhile.
func (h *Handshake) run() (in HandshakeDone, head []byte, err error) {
	h.place = h.Guard.Lobby.Enter(h.Conn)
	defer h.place.Leave()
	if in, head, err = h.shakeHands(); err != nil && h.place.GaveWay() {
		err = ErrGaveWay
	}
	return in, head, err
}

func (h *Handshake) shakeHands() (in HandshakeDone, head []byte, err error) {
	until := time.Now().Add(h.Guard.Timeout)
	if err = h.Conn.SetDeadline(until); err != nil {
		return in, nil, err
	}
	if first := h.Guard.First; first > 0 {
		head, err = h.peek(first)
	} else if first < 0 {
		head = []byte{} // what comes is a handshake, or else it fails as one
	}
	if err != nil {
		return in, nil, err
	}
	if head == nil {
		in.Greeted = true
		if _, err = h.Conn.Write(h.Info); err != nil {
			return in, nil, err
		}
		if h.Guard.Optional {
			head, err = h.peek(h.Guard.Timeout)
			if err != nil || len(head) == 0 || head[0] != tlsRecord {
				in.Link = newLink(h.Conn)
				return in, head, errors.Join(err, h.Conn.SetDeadline(time.Time{}))
			}
		}
	}
	in.Link, err = h.encrypt(head, until, !in.Greeted)
	return in, nil, err
}

// peek waits so long for a first byte; there may be none.
func (h *Handshake) peek(d time.Duration) ([]byte, error) {
	if err := h.Conn.SetReadDeadline(time.Now().Add(d)); err != nil {
		return nil, err
	}
	head := make([]byte, 1)
	switch n, err := h.Conn.Read(head); {
	case n == 1:
		return head, nil
	case IsTimeout(err):
		return nil, nil
	default:
		return nil, err
	}
}

// encrypt does the handshake of TLS. head is what has been read of it, first is whether the client began.
func (h *Handshake) encrypt(head []byte, until time.Time, first bool) (Link, error) {
	low := NewProgressConn(&resumed{Conn: h.Conn, head: head})
	low.Place = h.place
	high, err := low.Secure(h.Guard.Slots, h.Guard.Config, until)
	if err != nil {
		return nil, err
	}
	s := high.ConnectionState()
	if err := h.Guard.Peers.Check(s.VerifiedChains); err != nil { // in no slot
		return nil, err
	}
	by := CipherBy(&s)
	by.First = first
	return layered{stream{high}, low, h.Conn, by}, nil
}

// Secure does the handshake of TLS with who has dialed, in the slots, within that time.
func (c *ProgressConn) Secure(slots *HandshakeSlots, by *tls.Config, until time.Time) (*tls.Conn, error) {
	if err := c.Begin(slots, until); err != nil {
		return nil, err
	}
	defer c.leaveSlot() // should it crash
	high := tls.Server(c, by)
	err := high.HandshakeContext(context.Background()) // the deadline is the socket's
	if err := errors.Join(err, c.Done()); err != nil {
		return nil, err
	}
	return high, nil
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

// Handshakes is what all handshakes of a broker share.
type Handshakes struct {
	Slots *HandshakeSlots
	Lobby *Lobby // of the clients' port; the WebSocket listener has its own
}

// LobbyPlaces is how many clients of a port may be in the middle of a handshake, or of
// a request: many times of what is on its way where all make haste.
const LobbyPlaces = 1024

// NewHandshakes is that of a broker that starts.
func NewHandshakes() Handshakes {
	return Handshakes{Slots: NewHandshakeSlots((runtime.GOMAXPROCS(0) + 1) / 2), Lobby: NewLobby(LobbyPlaces)}
}
