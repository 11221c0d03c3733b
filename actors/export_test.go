package actors

import (
	"net"
	"time"

	"github.com/troupe-mq/troupe/actors/internal/fair"
	"github.com/troupe-mq/troupe/actors/internal/session"
	"github.com/troupe-mq/troupe/actors/internal/transport"
)

// HoldProofs lets no secret be checked before release is called.
func (b *Broker) HoldProofs() (release func()) {
	held := make(chan struct{})
	for range session.ProofPlaces() {
		b.env.Proofs.Do(fair.Owner{}, func() { <-held })
	}
	return func() { close(held) }
}

// HandshakeSlots is where handshakes compute.
func (b *Broker) HandshakeSlots() *transport.HandshakeSlots { return b.endpoints.Slots() }

// HoldHandshakes has no handshake compute before release is called.
func (b *Broker) HoldHandshakes() (release func()) {
	slots, nobody := b.HandshakeSlots(), &net.TCPConn{}
	for range slots.Cap() {
		_ = slots.Enter(nobody, time.Now().Add(time.Minute), nil) // a test that does not get one fails elsewhere
	}
	return func() {
		for range slots.Cap() {
			slots.Leave()
		}
	}
}

// Accept lets a client in as if it had come by the port for clients.
func (b *Broker) Accept(nc net.Conn) {
	b.env.Accept(transport.Arrival{Conn: nc, Endpoint: b.endpoints.Clients().Endpoint})
}
