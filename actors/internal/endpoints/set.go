package endpoints

import (
	"cmp"
	"context"
	"errors"
	"net"
	"reflect"
	"strconv"
	"time"

	"github.com/troupe-mq/troupe/actors/access"
	"github.com/troupe-mq/troupe/actors/config"
	"github.com/troupe-mq/troupe/actors/internal/certfiles"
	"github.com/troupe-mq/troupe/actors/internal/host"
	"github.com/troupe-mq/troupe/actors/internal/listener"
	"github.com/troupe-mq/troupe/actors/internal/peer"
	"github.com/troupe-mq/troupe/actors/internal/transport"
	"github.com/troupe-mq/troupe/wire"
)

// The names of the listeners.
const (
	clientListener = "clients"
	webListener    = "websocket"
	unixListener   = "unix"
	leafListener   = "leafnodes"
)

// Set is the ways into one broker.
type Set struct {
	Inside    *transport.Endpoint // for clients of this process
	Residents *transport.Endpoint // for actors that are clients
	Clients   *Way                // for clients, nil if there is none
	Web       *Way                // for WebSocket clients, nil if there is none
	LeafNodes *Way                // for servers that are leaf nodes, nil if there is none

	host       *host.Host
	listeners  *listener.Env
	handshakes transport.Handshakes
	open       []*Way              // all that have an address
	upgrader   *listener.Upgrader  // of Web, nil if there is none
	leafWeb    *transport.Endpoint // for leaf nodes that come by WebSocket, nil if none may
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
		if e.IsForLeafNodes() {
			s.announceToLeafNodes(e, at, c.LeafNodes.Listen, g)
			return
		}
		if e.Kind == transport.KindWebSocket {
			at.ConnectURLs = at.WSConnectURLs
		}
		at.WSConnectURLs, at.LeafNodeURLs, at.Domain = nil, nil, ""
		at.AuthRequired = gate.For(e.ConnectionType()).Asks()
		e.Announce(&at, g)
	}
	tell(s.Inside, info, nil)
	tell(s.Residents, info, nil)
	if s.leafWeb != nil {
		tell(s.leafWeb, info, nil)
	}
	for _, w := range s.open {
		at := info
		if w.host != "" {
			at.Host, at.Port = w.host, w.Port(0)
		}
		tell(w.Endpoint, at, w.guard)
	}
}

// announceToLeafNodes is Announce for servers that come as leaf nodes. They are told of no addresses for clients, and always
// that they have to say who they are.
func (s *Set) announceToLeafNodes(e *transport.Endpoint, at wire.Info, l *config.LeafPort, g *transport.TLSGuard) {
	at.ConnectURLs, at.LameDuck, at.XKey = nil, false, ""
	if e.Kind != transport.KindLeafWS {
		at.WSConnectURLs = nil
	}
	at.JetStream = at.Domain != "" // they ask for it by that name
	at.Proto, at.AuthRequired, at.InfoOnConnect, at.Compression = peer.Protocol, true, true, "off"
	at.Host, at.Port = l.Host, s.LeafNodes.Port(0)
	if host, port, err := transport.SplitAdvertise(l.Advertise); err == nil {
		at.Host, at.Port = host, port
	}
	at.IP = net.JoinHostPort(at.Host, strconv.Itoa(at.Port))
	if l.NoAdvertise || at.LeafNodeURLs == nil {
		at.LeafNodeURLs = []string{}
	}
	e.Announce(&at, g)
}

// Change is what another configuration makes of the ways.
type Change struct {
	set   *Set
	guard *transport.TLSGuard // of clients
	leafs *transport.TLSGuard // of leaf nodes
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
	var errs [2]error
	if w := s.Clients; w != nil {
		change.guard, errs[0] = s.renew(w.guard, old.TLS, now.TLS, now.AllowNonTLS)
	}
	if w := s.LeafNodes; w != nil {
		change.leafs, errs[1] = s.renew(w.guard, old.LeafNodes.Listen.TLS, now.LeafNodes.Listen.TLS, false)
	}
	return change, errors.Join(errs[:]...)
}

// renew is the guard that there is, or another one if the configuration has changed.
func (s *Set) renew(there *transport.TLSGuard, old, now *config.TLS, optional bool) (*transport.TLSGuard, error) {
	if reflect.DeepEqual(old, now) {
		return there, nil
	}
	return s.newGuard(now, optional)
}

// Apply has the next Announce put the change into force.
func (c *Change) Apply() {
	if w := c.set.Clients; w != nil {
		w.guard = c.guard
	}
	if w := c.set.LeafNodes; w != nil {
		w.guard = c.leafs
	}
}

// newGuard is TLS at an endpoint; nil where t is.
func (s *Set) newGuard(t *config.TLS, optional bool) (*transport.TLSGuard, error) {
	if t == nil {
		return nil, nil
	}
	k, err := certfiles.New(certfiles.Files{Names: t.Files(), Load: t.Load, PerSecond: t.ConnectionRateLimit}, s.host.Now, s.host.Logger)
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

// URLs are where clients and WebSocket clients come in, as others may tell.
func (s *Set) URLs(c *config.Config) (clients, web []string) {
	if clients = s.Clients.URLs(c.Host); len(clients) > 0 && c.ClientAdvertise != "" {
		clients = []string{c.ClientAdvertise}
	}
	return clients, s.Web.URLs(c.Host)
}

// LeafURLs are where leaf nodes come in, as others may tell.
func (s *Set) LeafURLs(c *config.Config) []string {
	switch l := c.LeafNodes; {
	case s.LeafNodes == nil || l.Listen.NoAdvertise:
		return nil
	case l.Listen.Advertise != "":
		return []string{l.Listen.Advertise}
	default:
		return s.LeafNodes.URLs("")
	}
}
