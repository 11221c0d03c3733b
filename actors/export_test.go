package actors

import (
	"net"

	"github.com/troupe-mq/troupe/actors/internal/transport"
)

// HoldProofs lets no secret be checked before release is called.
func (b *Broker) HoldProofs() (release func()) {
	places := b.env.Proofs
	for range cap(places) {
		places <- struct{}{}
	}
	return func() {
		for range cap(places) {
			<-places
		}
	}
}

// HandshakeSlots is where handshakes compute.
func (b *Broker) HandshakeSlots() chan struct{} { return b.handshakes.slots }

// Accept lets a client in as if it had come by the port for clients.
func (b *Broker) Accept(nc net.Conn) {
	b.env.Accept(transport.Arrival{Conn: nc, Endpoint: b.listen.endpoint})
}
