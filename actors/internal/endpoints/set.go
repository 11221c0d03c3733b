package endpoints

import (
	"cmp"
	"net"
	"slices"
	"strconv"
	"sync/atomic"
	"time"

	"github.com/troupe-mq/troupe/actors/access"
	"github.com/troupe-mq/troupe/actors/config"
	"github.com/troupe-mq/troupe/actors/internal/compression"
	"github.com/troupe-mq/troupe/actors/internal/host"
	"github.com/troupe-mq/troupe/actors/internal/listener"
	"github.com/troupe-mq/troupe/actors/internal/peer"
	"github.com/troupe-mq/troupe/actors/internal/transport"
	"github.com/troupe-mq/troupe/wire"
)

// Set is the ways into one broker. One at a time opens, prepares, applies and announces; everybody may ask.
type Set struct {
	Inside    *transport.Endpoint // for clients of this process
	Residents *transport.Endpoint // for actors that are clients

	// Revoked is told that one of the broker's certificates is revoked, where it is to stop then; nil: nobody is.
	Revoked func(error)

	host       *host.Host
	handshakes transport.Handshakes
	welcome    func(transport.Arrival) (id uint64)
	upgrader   *listener.Upgrader             // of WebSocket clients, at whatever address
	known      map[string]*transport.Endpoint // by listener, at whatever address: who is there is told by it, even if that is closed
	now        atomic.Pointer[Ways]
}

// Ways are those of a broker that have an address, in the order in which they were opened.
type Ways []*Way

// Way is one of them. It is not changed any more when it is in force.
type Way struct {
	*listener.Listening
	*plan
	guard *transport.TLSGuard // nil for none
}

// New is the ways of a broker that has opened nothing yet. welcome makes links of those who come as leaf nodes.
func New(h *host.Host, listeners *listener.Env, handshakes transport.Handshakes, welcome func(transport.Arrival) (id uint64)) *Set {
	s := &Set{
		Inside: transport.NewEndpoint(transport.KindNATS), Residents: transport.NewEndpoint(transport.KindActor),
		host: h, handshakes: handshakes, welcome: welcome,
		known: map[string]*transport.Endpoint{
			clientListener: transport.NewEndpoint(transport.KindNATS), unixListener: transport.NewEndpoint(transport.KindNATS),
			webListener: transport.NewEndpoint(transport.KindWebSocket), leafListener: transport.NewEndpoint(transport.KindLeafNode),
			leafByWeb: transport.NewEndpoint(transport.KindLeafWS),
		},
	}
	s.upgrader = &listener.Upgrader{Env: listeners, Endpoint: s.known[webListener], Lobby: transport.NewLobby(transport.LobbyPlaces), Welcome: welcome}
	s.now.Store(new(Ways))
	return s
}

// Ways are those in force.
func (s *Set) Ways() Ways { return *s.now.Load() }

// Clients is the way for clients, nil if there is none. So it is with the others.
func (s *Set) Clients() *Way { return s.Ways().named(clientListener) }

// Web is the way for WebSocket clients.
func (s *Set) Web() *Way { return s.Ways().named(webListener) }

// LeafNodes is the way for servers that are leaf nodes.
func (s *Set) LeafNodes() *Way { return s.Ways().named(leafListener) }

func (ws Ways) named(name string) *Way {
	if i := slices.IndexFunc(ws, func(w *Way) bool { return w.name == name }); i >= 0 {
		return ws[i]
	}
	return nil
}

func (ws Ways) listening() []*listener.Listening {
	all := make([]*listener.Listening, 0, len(ws))
	for _, w := range ws {
		all = append(all, w.Listening)
	}
	return all
}

// Close closes their addresses.
func (ws Ways) Close() {
	for _, w := range ws {
		if w.Listening != nil {
			w.Close()
		}
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
func (s *Set) Listening() []*listener.Listening { return s.Ways().listening() }

// Slots are where handshakes compute.
func (s *Set) Slots() *transport.HandshakeSlots { return s.handshakes.Slots }

// Close closes the addresses of a broker that does not start.
func (s *Set) Close() {
	s.Ways().Close()
	s.Retire()
}

// Retire has no authority asked any more about the certificates that are in use. It is for a broker that stops.
func (s *Set) Retire() { s.Ways().retire(nil) }

// retire is for guards that are not in use any more, which are those that others do not have.
func (ws Ways) retire(others Ways) {
	for _, w := range ws {
		if w.guard != nil && !slices.ContainsFunc(others, func(o *Way) bool { return o.guard == w.guard }) {
			w.guard.Certificates.Close()
		}
	}
}

// Announce puts into force at every endpoint what is asked of clients there. info is what all of
// them are told; what only some are told is filled in here. WebSocket clients are told of WSConnectURLs, the others of
// ConnectURLs. It returns the endpoints where something is new.
func (s *Set) Announce(info wire.Info, c *config.Config, gate *access.Gate) (changed []*transport.Endpoint) {
	info.Host, info.Port, info.MaxPayload = c.Host, s.Clients().Port(c.Port), c.MaxPayload
	if host, port, err := transport.SplitAdvertise(c.ClientAdvertise); err == nil {
		info.Host, info.Port = host, port
	}
	tell := func(e *transport.Endpoint, at wire.Info, g *transport.TLSGuard) {
		if e.IsForLeafNodes() {
			if c.LeafNodes != nil && c.LeafNodes.Listen != nil {
				if s.announceToLeafNodes(e, at, c.LeafNodes.Listen, g) {
					changed = append(changed, e)
				}
			}
			return
		}
		if e.Kind == transport.KindWebSocket {
			at.ConnectURLs = at.WSConnectURLs
		}
		at.WSConnectURLs, at.LeafNodeURLs, at.Domain = nil, nil, ""
		at.AuthRequired = gate.For(e.ConnectionType()).Asks()
		if e.Announce(&at, g) {
			changed = append(changed, e)
		}
	}
	tell(s.Inside, info, nil)
	tell(s.Residents, info, nil)
	ways := s.Ways()
	for name, e := range s.known {
		w := ways.named(name)
		switch at := info; {
		case w == nil && e.State() == nil: // nobody has come by it
			tell(e, at, nil)
		case w == nil: // some may still be there
			tell(e, at, e.State().Tls)
		default:
			if w.host != "" {
				at.Host, at.Port = w.host, w.Port(0)
			}
			tell(e, at, w.guard)
		}
	}
	return changed
}

// announceToLeafNodes is Announce for servers that come as leaf nodes. They are told of no addresses for clients, and always
// that they have to say who they are.
func (s *Set) announceToLeafNodes(e *transport.Endpoint, at wire.Info, l *config.LeafPort, g *transport.TLSGuard) (changed bool) {
	at.ConnectURLs, at.LameDuck, at.XKey = nil, false, ""
	if e.Kind != transport.KindLeafWS {
		at.WSConnectURLs = nil
	}
	at.JetStream = at.Domain != "" // they ask for it by that name
	at.Proto, at.AuthRequired, at.InfoOnConnect, at.Compression = peer.Protocol, true, true, string(compression.Off)
	if e.Kind != transport.KindLeafWS { // whose frames may be compressed already
		m, _ := compression.Parse(l.Compression) // it is valid
		at.Compression = string(m)
	}
	at.Host, at.Port = l.Host, s.LeafNodes().Port(0)
	if host, port, err := transport.SplitAdvertise(l.Advertise); err == nil {
		at.Host, at.Port = host, port
	}
	at.IP = net.JoinHostPort(at.Host, strconv.Itoa(at.Port))
	if l.NoAdvertise || at.LeafNodeURLs == nil {
		at.LeafNodeURLs = []string{}
	}
	return e.Announce(&at, g)
}

// URLs are where clients and WebSocket clients come in, as others may tell.
func (s *Set) URLs(c *config.Config) (clients, web []string) {
	advertise := ""
	if c.WebSocket != nil {
		advertise = c.WebSocket.Advertise
	}
	return s.Clients().advertised(c.ClientAdvertise, c.Host), s.Web().advertised(advertise, c.Host)
}

// advertised are the URLs of a way, or the address that is advertised in place of them: this machine may have none of its own
// that others can reach.
func (w *Way) advertised(instead, everywhere string) []string {
	if w != nil && instead != "" {
		return []string{instead}
	}
	return w.URLs(everywhere)
}

// LeafURLs are where leaf nodes come in, as others may tell.
func (s *Set) LeafURLs(c *config.Config) []string {
	w := s.LeafNodes()
	if l := c.LeafNodes; l == nil || l.Listen == nil || l.Listen.NoAdvertise {
		return nil
	}
	return w.advertised(c.LeafNodes.Listen.Advertise, "")
}
