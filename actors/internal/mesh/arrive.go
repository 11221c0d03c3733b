package mesh

import (
	"crypto/rand"
	"crypto/tls"
	"encoding/json"
	"fmt"
	"net"
	"time"

	"github.com/asynkron/protoactor-go/actor"
	"github.com/hashicorp/go-hclog"

	"github.com/troupe-mq/troupe/actors/access"
	"github.com/troupe-mq/troupe/actors/internal/interest"
	"github.com/troupe-mq/troupe/actors/internal/members"
	"github.com/troupe-mq/troupe/actors/internal/peer"
	"github.com/troupe-mq/troupe/actors/internal/transport"
	"github.com/troupe-mq/troupe/actors/report"
	"github.com/troupe-mq/troupe/wire"
	"github.com/troupe-mq/troupe/wire/link"
)

// welcome makes a route of a connection that another server has dialed. It is called by the accepting goroutine. Until the
// route is up it has a place in the lobby, which it may lose to others.
func (m *Mesh) welcome(a transport.Arrival) (id uint64) {
	s, place := m.settings.Load(), m.lobby.Enter(a.Conn)
	if s.TLS == nil {
		return m.arrive(a, place)
	}
	m.Spawn("route handshake", func() {
		in := false
		defer func(nc net.Conn) {
			if !in { // maybe because it has crashed
				_ = nc.Close()
				place.Leave()
			}
		}(a.Conn)
		over, err := m.shakeHands(a.Conn, s, place)
		if err == nil {
			a.Conn, in = over, true
			m.arrive(a, place)
			return
		}
		const line = "TLS handshake with a server failed"
		if m.Allowed(hclog.Error, line, m.Now()) {
			m.Logger.Error(line, "error", err)
		}
	})
	return 0
}

// shakeHands does the handshake of TLS with who has come, in the slots that all handshakes of the broker share.
func (m *Mesh) shakeHands(nc net.Conn, s *Settings, place *transport.Place) (*tls.Conn, error) {
	c, err := s.TLS.Server()
	if err != nil {
		return nil, err
	}
	low := transport.NewProgressConn(nc)
	low.Place = place
	over, err := low.Secure(m.Slots, c, time.Now().Add(s.TLS.HandshakeTimeout()))
	if err == nil && s.isCertified() {
		err = s.certify(over.ConnectionState().PeerCertificates[0])
	}
	if err != nil {
		return nil, fmt.Errorf("TLS: %w", err)
	}
	return over, nil
}

func (m *Mesh) arrive(a transport.Arrival, place *transport.Place) (id uint64) {
	of, now := &route{by: m.settings.Load(), from: place}, m.State()
	info := m.info(&members.Table{Cluster: now.Cluster, Dynamic: now.Dynamic}, members.GossipUsual, false)
	info.Nonce = rand.Text()
	return m.Accept(a, m.peerOf(m.roster(), of, line("INFO", info)))
}

// peerOf is the server at the other end of a route, as its connection knows it.
func (m *Mesh) peerOf(roster *actor.PID, of *route, hello []byte) *peer.Peer {
	s, h := m.settings.Load(), m.Host
	plain, headers := link.Route.Heads(m.Self.Account)
	return &peer.Peer{
		Kind: interest.Route, Dialect: link.Route, Account: m.Self.Account, Node: m.Self.Node, MaxInterest: peer.MaxRemote, Ping: s.PingInterval,
		Face:   &interest.Face{Plain: plain, Headers: headers, MaxPayload: peer.MaxPayload},
		Rights: s.rights(),
		Handshake: &peer.Handshake{
			Greeting: hello, Solicited: of.way.Solicited, Timeout: s.AuthTimeout,
			Introduced: func(text []byte, from peer.Announced, answer func(*peer.Judged)) {
				m := &introduced{of: of, id: from.ID, answer: answer}
				if read(text, &m.said, answer) {
					h.Send(roster, m)
				}
			},
			Informed: func(text []byte, from peer.Announced, answer func(*peer.Judged)) {
				m := &informed{of: of, json: text, from: from, answer: answer}
				if read(text, &m.info, answer) {
					h.Send(roster, m)
				}
			},
		},
		Share:    interest.Share{Only: of.way.Account},
		Answered: func() { h.Send(roster, &answered{of}) },
		Up: func() {
			of.from.Leave()
			h.Send(roster, &came{of})
		},
		Down: func(end peer.End) {
			of.from.Leave()
			h.Send(roster, &went{of, end})
		},
		Informed: func(text []byte) { m.tell(roster, of, text) },
	}
}

// read reads what a server says of itself. It is called by the connection, so that one that says what nobody can read has
// an effect on nobody else.
func read(text []byte, into any, answer func(*peer.Judged)) bool {
	err := json.Unmarshal(text, into)
	if err != nil {
		answer(&peer.Judged{Err: wire.ErrParser})
	}
	return err == nil
}

// introduced judges the CONNECT of a server. A password that is a hash is compared elsewhere: that takes a while.
func (r *roster) introduced(self *actor.PID, m *introduced) {
	r.note(m.of, m.id)
	g, s := &m.said, r.settings.Load()
	switch {
	case g.Lang != "":
		m.answer(&peer.Judged{Err: peer.Refusal(report.WrongPort, "attempted to connect to route port")})
	case g.Gateway != "":
		m.answer(&peer.Judged{Err: peer.Refusal(report.WrongPort, "Rejecting connection from gateway %q on the Route port", g.Gateway)})
	case s.User == "" || s.isCertified():
		r.proved(&proved{m, true})
	case !access.Hashed(s.Password):
		r.proved(&proved{m, proves(g, s)})
	default:
		h := r.Host
		r.Spawn("route proof", func() {
			h.Send(self, &proved{m, proves(g, s)})
		})
	}
}

// proves reports whether a server has said the name and the password that it has to say.
func proves(g *greeting, s *Settings) bool {
	return g.User == s.User && access.Same(s.Password, g.Pass)
}
