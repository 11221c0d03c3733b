package endpoints

import (
	"context"
	"errors"
	"fmt"
	"net"

	"github.com/troupe-mq/troupe/actors/config"
	"github.com/troupe-mq/troupe/actors/internal/certfiles"
	"github.com/troupe-mq/troupe/actors/internal/listener"
	"github.com/troupe-mq/troupe/actors/internal/revocation"
	"github.com/troupe-mq/troupe/actors/internal/transport"
)

// Open opens every address that there is to be. The error says which address cannot be had, or which certificate; then none
// is open.
func (s *Set) Open(ctx context.Context, c *config.Config) error {
	var all Ways
	for _, p := range s.plans(c) {
		w, err := s.prepare(p)
		if err == nil {
			err = s.open(ctx, w)
		}
		if err != nil {
			all.Close()
			all.retire(nil)
			return err
		}
		all = append(all, w)
	}
	s.use(all)
	return nil
}

// prepare makes a way that is not open yet.
func (s *Set) prepare(p *plan) (*Way, error) {
	g, err := s.newGuard(p)
	if err != nil {
		return nil, fmt.Errorf("troupe: %s%w", p.where, err)
	}
	return &Way{plan: p, guard: g}, nil
}

// open opens the address of a way.
func (s *Set) open(ctx context.Context, w *Way) (err error) {
	if w.name == unixListener {
		w.Listening, err = listener.OpenUnix(w.name, w.address)
	} else {
		w.Listening, err = listener.OpenTCP(ctx, w.name, w.address)
	}
	if err != nil {
		return err
	}
	w.Endpoint = s.known[w.name]
	s.host.Logger.Info(w.said + w.Listening.Addr.String())
	if w.name == clientListener && w.guard != nil && !w.guard.Optional {
		s.host.Logger.Info("TLS required for client connections")
	}
	if w.web != nil {
		w.Serve = func(_ *listener.Listener, open net.Listener) error { return s.upgrader.Serve(open) }
	}
	if w.name == leafListener {
		w.Accept = s.welcome
	}
	return nil
}

// use puts ways into force.
func (s *Set) use(all Ways) {
	for _, w := range all {
		w.Proxy.Store(w.proxy)
		if w.web != nil {
			options := *w.web
			options.Guard = w.guard
			s.upgrader.Options.Store(&options)
		}
	}
	var byWeb *transport.Endpoint // leaf nodes come by WebSocket too where they may come at all
	if all.named(leafListener) != nil {
		byWeb = s.known[leafByWeb]
	}
	s.upgrader.LeafNodes.Store(byWeb)
	s.now.Store(&all)
}

// revoked is told that a certificate is in doubt without which the broker is not to go on.
func (s *Set) revoked(err error) {
	if errors.Is(err, revocation.ErrRevoked) && s.Revoked != nil {
		s.Revoked(err)
	}
}

// newGuard is TLS at an endpoint; nil where there is to be none.
func (s *Set) newGuard(p *plan) (*transport.TLSGuard, error) {
	t := p.tls
	if t == nil {
		return nil, nil
	}
	files := certfiles.Files{Names: t.Files(), Load: t.Load, PerSecond: t.ConnectionRateLimit}
	if stapler := p.ocsp.Stapler(t); stapler != nil {
		files.Staple = stapler.Staple
		if stapler.Mode == revocation.Must {
			files.Doubted = s.revoked
		}
	}
	k, err := certfiles.New(files, s.host.Now, s.host.Logger)
	if err != nil {
		return nil, err
	}
	var peers *revocation.Peers
	if t.OCSPPeer != nil {
		peers = revocation.NewPeers(t.OCSPPeer.Rules(), s.host.Now, s.host.Logger)
	}
	return &transport.TLSGuard{
		Peers:  peers,
		Config: k.Server(), Certificates: k, Slots: s.handshakes.Slots, Lobby: s.handshakes.Lobby, Timeout: t.HandshakeTimeout(), First: t.HandshakeFirst,
		Optional: p.optional, Verifies: t.Verifies(), Mapped: t.Map,
	}, nil
}
