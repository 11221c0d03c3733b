package endpoints

import (
	"cmp"
	"context"
	"fmt"
	"net"
	"strconv"

	"github.com/troupe-mq/troupe/actors/config"
	"github.com/troupe-mq/troupe/actors/internal/listener"
	"github.com/troupe-mq/troupe/actors/internal/transport"
)

func (s *Set) openAll(ctx context.Context, c *config.Config) (err error) {
	if c.WebSocket != nil {
		if s.Web, err = s.openWeb(ctx, c); err != nil {
			return err
		}
	}
	if l := c.LeafNodes; l != nil && l.Listen != nil {
		if s.LeafNodes, err = s.openLeafNodes(ctx, l.Listen); err != nil {
			return err
		}
	}
	if !c.NoListen {
		if s.Clients, err = s.openClients(ctx, c); err != nil {
			return err
		}
	}
	if c.UnixSocket == "" {
		return nil
	}
	at, err := listener.OpenUnix(unixListener, c.UnixSocket)
	if err != nil {
		return err
	}
	s.host.Logger.Info("Listening for client connections on unix:" + c.UnixSocket)
	s.add(at, transport.KindNATS, nil)
	return nil
}

// add makes a way of an address.
func (s *Set) add(at *listener.Listening, kind string, g *transport.TLSGuard) *Way {
	at.Endpoint = transport.NewEndpoint(kind)
	w := &Way{Listening: at, guard: g}
	s.open = append(s.open, w)
	return w
}

// openClients opens the address that is for clients.
func (s *Set) openClients(ctx context.Context, c *config.Config) (*Way, error) {
	g, err := s.newGuard(c.TLS, c.AllowNonTLS)
	if err != nil {
		return nil, fmt.Errorf("troupe: %w", err)
	}
	at, err := listener.OpenTCP(ctx, clientListener, net.JoinHostPort(c.Host, strconv.Itoa(max(c.Port, 0))))
	if err != nil {
		return nil, err
	}
	s.host.Logger.Info("Listening for client connections on " + at.Addr.String())
	if g != nil && !g.Optional {
		s.host.Logger.Info("TLS required for client connections")
	}
	if c.ProxyProtocol {
		at.Proxy = &listener.Proxy{From: listener.Networks(c.ProxyNetworks), Lobby: s.handshakes.Lobby, Timeout: c.AuthTimeout}
	}
	return s.add(at, transport.KindNATS, g), nil
}

// openLeafNodes opens the address for servers that are leaf nodes.
func (s *Set) openLeafNodes(ctx context.Context, l *config.LeafPort) (*Way, error) {
	g, err := s.newGuard(l.TLS, false)
	if err != nil {
		return nil, fmt.Errorf("troupe: leafnodes: %w", err)
	}
	at, err := listener.OpenTCP(ctx, leafListener, net.JoinHostPort(l.Host, strconv.Itoa(max(l.Port, 0))))
	if err != nil {
		return nil, err
	}
	s.host.Logger.Info("Listening for leafnode connections on " + at.Addr.String())
	w := s.add(at, transport.KindLeafNode, g)
	w.host = l.Host
	return w, nil
}

// ServeLeafNodes has a function make links of those who come as leaf nodes.
func (s *Set) ServeLeafNodes(welcome func(transport.Arrival) (id uint64)) {
	if s.LeafNodes == nil {
		return
	}
	s.LeafNodes.Accept = welcome
	if u := s.upgrader; u != nil {
		s.leafWeb = transport.NewEndpoint(transport.KindLeafWS)
		u.LeafNodes, u.Welcome = s.leafWeb, welcome
	}
}

// openWeb opens the address for WebSocket clients.
func (s *Set) openWeb(ctx context.Context, c *config.Config) (*Way, error) {
	web := c.WebSocket
	g, err := s.newGuard(web.TLS, false)
	if err != nil {
		return nil, fmt.Errorf("troupe: websocket: %w", err)
	}
	host := cmp.Or(web.Host, c.Host)
	at, err := listener.OpenTCP(ctx, webListener, net.JoinHostPort(host, strconv.Itoa(max(web.Port, 0))))
	if err != nil {
		return nil, err
	}
	scheme := "ws://"
	if g != nil {
		scheme = "wss://"
	}
	s.host.Logger.Info("Listening for websocket clients on " + scheme + at.Addr.String())
	w := s.add(at, transport.KindWebSocket, g)
	w.host = host
	u := &listener.Upgrader{
		Env: s.listeners, Endpoint: w.Endpoint, Guard: g, Lobby: transport.NewLobby(transport.LobbyPlaces), Origins: listener.NewOrigins(web.SameOrigin, web.AllowedOrigins),
		WebOptions: listener.WebOptions{
			Timeout: web.Patience(), Compression: web.Compression, Headers: web.Headers, Proxies: listener.Networks(web.Proxies),
			Cookies: transport.Cookies{JWT: web.JWTCookie, User: web.UserCookie, Password: web.PassCookie, Token: web.TokenCookie},
		},
	}
	s.upgrader = u
	at.Serve = func(_ *listener.Listener, open net.Listener) error { return u.Serve(open) }
	return w, nil
}
