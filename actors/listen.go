package actors

import (
	"cmp"
	"context"
	"fmt"
	"net"
	"net/netip"
	"strconv"

	"github.com/troupe-mq/troupe/actors/access"
	"github.com/troupe-mq/troupe/actors/internal/listener"
	"github.com/troupe-mq/troupe/actors/internal/transport"
)

// This file is the addresses that clients come by.

// The names of the listeners.
const (
	clientListener = "clients"
	webListener    = "websocket"
	unixListener   = "unix"
)

// opened is an endpoint of the broker.
type opened struct {
	endpoint  *transport.Endpoint
	listening *listener.Listening // nil if it has no address
	host      string              // what INFO says of the address; empty if that is what it says elsewhere
	port      int
}

// addr is its address, nil if there is none.
func (o *opened) addr() net.Addr {
	if o == nil {
		return nil
	}
	return o.listening.Addr
}

// openAll opens every address that there is to be. That for WebSocket clients
// comes first: who waits for the broker tries the port for clients, and counts on
// the rest when it is there.
func (b *Broker) openAll(ctx context.Context) (err error) {
	c := b.config()
	if c.WebSocket != nil {
		if b.web, err = b.openWeb(ctx, c.WebSocket); err != nil {
			return err
		}
	}
	if !c.NoListen {
		if b.listen, err = b.openClients(ctx, net.JoinHostPort(c.Host, strconv.Itoa(max(c.Port, 0)))); err != nil {
			return err
		}
	}
	if c.UnixSocket != "" {
		at, err := listener.OpenUnix(unixListener, c.UnixSocket)
		if err != nil {
			return err
		}
		b.host.Logger.Info("Listening for client connections on unix:" + c.UnixSocket)
		b.announce(b.add(at, transport.KindNATS), nil)
	}
	b.announce(b.inside, nil)
	b.announce(b.residents, nil)
	return nil
}

// add makes an endpoint of an address.
func (b *Broker) add(at *listener.Listening, kind string) *opened {
	o := &opened{endpoint: transport.NewEndpoint(kind), listening: at}
	at.Endpoint = o.endpoint
	b.open = append(b.open, o)
	return o
}

// announce gives an endpoint the state that goes with the settings. Its greeting says
// what is asked of clients, and an address that may be one that only they see.
func (b *Broker) announce(o *opened, g *transport.TLSGuard) {
	info, now := b.info, b.inForce.Load()
	info.MaxPayload, info.AuthRequired = now.config.MaxPayload, now.settings.Gate.For(kindOf(o)).Asks()
	if o.host != "" {
		info.Host, info.Port = o.host, o.port
	} else if host, port, err := transport.SplitAdvertise(now.config.ClientAdvertise); err == nil {
		info.Host, info.Port = host, port
	}
	o.endpoint.Announce(&info, g)
}

// kindOf is how clients come by an endpoint, as rules about connection types call it.
func kindOf(o *opened) string {
	if o.endpoint.Kind == transport.KindWebSocket {
		return access.WebSocket
	}
	return access.Standard
}

// openClients opens the address that is for clients.
func (b *Broker) openClients(ctx context.Context, address string) (*opened, error) {
	g, err := b.guard(b.config().TLS, b.config().AllowNonTLS)
	if err != nil {
		return nil, fmt.Errorf("troupe: %w", err)
	}
	at, err := listener.OpenTCP(ctx, clientListener, address)
	if err != nil {
		return nil, err
	}
	b.host.Logger.Info("Listening for client connections on " + at.Addr.String())
	if g != nil && !g.Optional {
		b.host.Logger.Info("TLS required for client connections")
	}
	b.info.Port = at.Addr.(*net.TCPAddr).Port
	if b.config().ProxyProtocol {
		at.Proxy = &listener.Proxy{From: prefixes(b.config().ProxyNetworks), Lobby: b.handshakes.Lobby, Timeout: b.config().AuthTimeout}
	}
	o := b.add(at, transport.KindNATS)
	b.announce(o, g)
	return o, nil
}

// guard is TLS at an endpoint; nil where t is.
func (b *Broker) guard(t *TLS, optional bool) (*transport.TLSGuard, error) {
	if t == nil {
		return nil, nil
	}
	k, err := transport.NewCertificates(transport.CertificateFiles{Names: t.Files(), Load: t.Load, PerSecond: t.ConnectionRateLimit}, b.host.Now, b.host.Logger)
	if err != nil {
		return nil, err
	}
	return &transport.TLSGuard{
		Config: k.Server(), Certificates: k, Slots: b.handshakes.Slots, Lobby: b.handshakes.Lobby, Timeout: t.HandshakeTimeout(), First: t.HandshakeFirst,
		Optional: optional, Verifies: t.Verifies(), Mapped: t.Map,
	}, nil
}

// prefixes are networks whose texts are valid.
func prefixes(texts []string) (all []netip.Prefix) {
	for _, text := range texts {
		if p, err := netip.ParsePrefix(text); err == nil {
			all = append(all, p.Masked())
		}
	}
	return all
}

// openWeb opens the address for WebSocket clients.
func (b *Broker) openWeb(ctx context.Context, w *WebSocket) (*opened, error) {
	g, err := b.guard(w.TLS, false)
	if err != nil {
		return nil, fmt.Errorf("troupe: websocket: %w", err)
	}
	host := cmp.Or(w.Host, b.config().Host)
	at, err := listener.OpenTCP(ctx, webListener, net.JoinHostPort(host, strconv.Itoa(max(w.Port, 0))))
	if err != nil {
		return nil, err
	}
	scheme := "ws://"
	if g != nil {
		scheme = "wss://"
	}
	b.host.Logger.Info("Listening for websocket clients on " + scheme + at.Addr.String())
	o := b.add(at, transport.KindWebSocket)
	o.host, o.port = host, at.Addr.(*net.TCPAddr).Port
	b.announce(o, g)
	u := &listener.Upgrader{
		Env: b.listeners, Endpoint: o.endpoint, Guard: g, Lobby: transport.NewLobby(transport.LobbyPlaces), Origins: listener.NewOrigins(w.SameOrigin, w.AllowedOrigins),
		WebOptions: listener.WebOptions{
			Timeout: w.Patience(), Compression: w.Compression, Headers: w.Headers, Proxies: prefixes(w.Proxies),
			Cookies: transport.Cookies{JWT: w.JWTCookie, User: w.UserCookie, Password: w.PassCookie, Token: w.TokenCookie},
		},
	}
	at.Serve = func(_ *listener.Listener, open net.Listener) error { return u.Serve(open) }
	return o, nil
}

// closeAll closes the addresses of a broker that does not start.
func (b *Broker) closeAll() {
	for _, at := range b.open {
		(*at.listening.Opened.Load()).Close()
	}
}

// closeListeners stops the listeners: nobody new comes in, except from inside.
func (b *Broker) closeListeners() {
	for _, at := range b.open {
		_ = b.host.System.Root.StopFuture(b.host.PID(at.listening.Path())).Wait() // one that hangs shows when the tree is stopped
	}
}
