package endpoints

import (
	"cmp"
	"context"
	"net"
	"reflect"
	"time"

	"github.com/troupe-mq/troupe/actors/access"
	"github.com/troupe-mq/troupe/actors/config"
	"github.com/troupe-mq/troupe/actors/internal/host"
	"github.com/troupe-mq/troupe/actors/internal/listener"
	"github.com/troupe-mq/troupe/actors/internal/transport"
	"github.com/troupe-mq/troupe/wire"
)

// The names of the listeners.
const (
	clientListener = "clients"
	webListener    = "websocket"
	unixListener   = "unix"
)

// Set is the ways into one broker.
type Set struct {
	Inside    *transport.Endpoint // for clients of this process
	Residents *transport.Endpoint // for actors that are clients
	Clients   *Way                // for clients, nil if there is none
	Web       *Way                // for WebSocket clients, nil if there is none

	host       *host.Host
	listeners  *listener.Env
	handshakes transport.Handshakes
	open       []*Way // all that have an address
}

// Way is one of them that has an address.
type Way struct {
	*listener.Listening
	guard *transport.TLSGuard // of the configuration in force, nil for none
	host  string              // what INFO says of the address; empty if that is what it says elsewhere
}

// New is the ways of a broker that has opened nothing yet.
func New(h *host.Host, listeners *listener.Env) *Set {
	return &Set{
		Inside: transport.NewEndpoint(transport.KindNATS), Residents: transport.NewEndpoint(transport.KindActor),
		host: h, listeners: listeners, handshakes: transport.NewHandshakes(),
	}
}

// Addr is the address of a way, nil if there is no such way.
func (w *Way) Addr() net.Addr {
	if w == nil {
		return nil
	}
	return w.Listening.Addr
}

// Port is the TCP port of a way, otherwise if it has none.
func (w *Way) Port(otherwise int) int {
	if at, ok := w.Addr().(*net.TCPAddr); ok {
		return at.Port
	}
	return otherwise
}

// URLs are where clients find a way from elsewhere, none if there is no such way. everywhere is the host of those who
// have none of their own.
func (w *Way) URLs(everywhere string) []string {
	if w == nil {
		return nil
	}
	return listener.Reachable(cmp.Or(w.host, everywhere), w.Port(0))
}

// CertificateEnds is until when the certificate is good that clients are shown there, zero if there is none.
func (w *Way) CertificateEnds() (end time.Time) {
	if w != nil {
		end = w.Endpoint.CertificateEnds()
	}
	return end
}

// Listening are the addresses that are to be served.
func (s *Set) Listening() []*listener.Listening {
	all := make([]*listener.Listening, 0, len(s.open))
	for _, w := range s.open {
		all = append(all, w.Listening)
	}
	return all
}

// Slots are where handshakes compute.
func (s *Set) Slots() chan struct{} { return s.handshakes.Slots }

// Announce puts into force at every endpoint what is asked of clients there. info is what all of
// them are told; what only some are told is filled in here. WebSocket clients are told of WSConnectURLs, the others of
// ConnectURLs.
func (s *Set) Announce(info wire.Info, c *config.Config, gate *access.Gate) {
	info.MaxPayload = c.MaxPayload
	if host, port, err := transport.SplitAdvertise(c.ClientAdvertise); err == nil {
		info.Host, info.Port = host, port
	}
	tell := func(e *transport.Endpoint, at wire.Info, g *transport.TLSGuard) {
		if e.Kind == transport.KindWebSocket {
			at.ConnectURLs = at.WSConnectURLs
		}
		at.WSConnectURLs = nil
		at.AuthRequired = gate.For(e.ConnectionType()).Asks()
		e.Announce(&at, g)
	}
	tell(s.Inside, info, nil)
	tell(s.Residents, info, nil)
	for _, w := range s.open {
		at := info
		if w.host != "" {
			at.Host, at.Port = w.host, w.Port(0)
		}
		tell(w.Endpoint, at, w.guard)
	}
}

// Change is what another configuration makes of the ways.
type Change struct {
	set   *Set
	guard *transport.TLSGuard // of clients
}

// Prepare makes what the next configuration needs. Where there is another certificate in the same
// files it is loaded at once. The error says which certificate cannot be had; then nothing has
// changed.
func (s *Set) Prepare(old, now *config.Config) (*Change, error) {
	for _, w := range s.open {
		if w.guard != nil {
			w.guard.Certificates.Look()
		}
	}
	change := &Change{set: s}
	if s.Clients == nil {
		return change, nil
	}
	change.guard = s.Clients.guard
	if reflect.DeepEqual(old.TLS, now.TLS) {
		return change, nil
	}
	var err error
	change.guard, err = s.newGuard(now.TLS, now.AllowNonTLS)
	return change, err
}

// Apply has the next Announce put the change into force.
func (c *Change) Apply() {
	if w := c.set.Clients; w != nil {
		w.guard = c.guard
	}
}

// newGuard is TLS at an endpoint; nil where t is.
func (s *Set) newGuard(t *config.TLS, optional bool) (*transport.TLSGuard, error) {
	if t == nil {
		return nil, nil
	}
	k, err := transport.NewCertificates(transport.CertificateFiles{Names: t.Files(), Load: t.Load, PerSecond: t.ConnectionRateLimit}, s.host.Now, s.host.Logger)
	if err != nil {
		return nil, err
	}
	return &transport.TLSGuard{
		Config: k.Server(), Certificates: k, Slots: s.handshakes.Slots, Lobby: s.handshakes.Lobby, Timeout: t.HandshakeTimeout(), First: t.HandshakeFirst,
		Optional: optional, Verifies: t.Verifies(), Mapped: t.Map,
	}, nil
}

// Close closes the addresses of a broker that does not start.
func (s *Set) Close() {
	for _, w := range s.open {
		w.Close()
	}
}

// Open opens every address that there is to be. That for WebSocket clients comes first: who waits
// for the broker tries the port for clients, and counts on the rest when it is there. The error says
// which address cannot be had, or which certificate; then none is open.
func (s *Set) Open(ctx context.Context, c *config.Config) error {
	err := s.openAll(ctx, c)
	if err != nil {
		s.Close()
	}
	return err
}
