package actors

import (
	"net"

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
func (b *Broker) HandshakeSlots() chan struct{} { return b.endpoints.Slots() }

// Accept lets a client in as if it had come by the port for clients.
func (b *Broker) Accept(nc net.Conn) {
	b.env.Accept(transport.Arrival{Conn: nc, Endpoint: b.endpoints.Clients().Endpoint})
}
