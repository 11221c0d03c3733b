package transport

import (
	"net"
	"net/netip"
	"reflect"
	"sync/atomic"
	"time"

	"github.com/troupe-mq/troupe/actors/access"
	"github.com/troupe-mq/troupe/wire"
)

// Endpoint is what clients have in common that come the same way.
type Endpoint struct {
	Kind string // as /connz calls it
	now  atomic.Pointer[EndpointState]
}

// EndpointState is what an endpoint tells clients and asks of them. It is never
// changed: a reload puts another one in its place.
type EndpointState struct {
	Greeting wire.Greeting
	Tls      *TLSGuard // nil if INFO is all that there is before CONNECT
	Mapped   bool      // certificates say who clients are
	URLs     []string  // where else clients can come, as they are told
}

// The kinds of endpoints.
const (
	KindNATS      = "nats"
	KindWebSocket = "websocket"
	KindActor     = "actor"
	KindLeaf      = "leaf" // of hubs that this broker dials
	KindLeafNode  = "leafnode"
	KindLeafWS    = "leafnode websocket"
	KindRoute     = "route"
)

// NewEndpoint is one that tells clients nothing yet.
func NewEndpoint(kind string) *Endpoint { return &Endpoint{Kind: kind} }

// ConnectionType is how clients come by the endpoint, as rules about connection types call it.
func (e *Endpoint) ConnectionType() string {
	switch e.Kind {
	case KindWebSocket:
		return access.WebSocket
	case KindActor:
		return access.InProcess
	case KindLeafNode:
		return access.LeafNode
	case KindLeafWS:
		return access.LeafNodeWS
	default:
		return access.Standard
	}
}

// IsForLeafNodes reports whether those who come are servers that are leaf nodes of this broker.
func (e *Endpoint) IsForLeafNodes() bool { return e.Kind == KindLeafNode || e.Kind == KindLeafWS }

// From is the address that a connection counts for which has come by the endpoint; not valid if it has none, or if this
// broker has dialed it, or trusts it.
func (e *Endpoint) From(nc net.Conn) (from netip.Addr) {
	if e.Kind != KindLeaf && e.Kind != KindRoute && e.Kind != KindActor {
		from = IPOf(nc)
	}
	return from
}

// State is the endpoint as it is now.
func (e *Endpoint) State() *EndpointState { return e.now.Load() }

// CertificateEnds is until when the certificate is good that clients are shown, zero if there is none.
func (e *Endpoint) CertificateEnds() (end time.Time) {
	if s := e.State(); s != nil && s.Tls != nil {
		end = s.Tls.Certificates.NotAfter()
	}
	return end
}

// Announce puts another state into force, for whoever comes from now on. info is what
// they are greeted with, and g the TLS that they need, nil for none. It reports whether they are greeted in another way than
// those before them.
func (e *Endpoint) Announce(info *wire.Info, g *TLSGuard) (changed bool) {
	if g != nil {
		info.TLSRequired, info.TLSAvailable, info.TLSVerify = !g.Optional, g.Optional, g.Verifies
	}
	s := &EndpointState{Greeting: wire.NewGreeting(info), Tls: g, Mapped: g != nil && g.Mapped, URLs: info.ConnectURLs}
	before := e.now.Swap(s)
	return before == nil || !reflect.DeepEqual(before.Greeting, s.Greeting)
}
