package spokes

import (
	"encoding/json"
	"maps"
	"math"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"github.com/troupe-mq/troupe/actors/internal/compression"
	"github.com/troupe-mq/troupe/actors/internal/connection"
	"github.com/troupe-mq/troupe/actors/internal/host"
	"github.com/troupe-mq/troupe/actors/internal/interest"
	"github.com/troupe-mq/troupe/actors/internal/peer"
	"github.com/troupe-mq/troupe/actors/internal/transport"
	"github.com/troupe-mq/troupe/actors/report"
	"github.com/troupe-mq/troupe/wire"
	"github.com/troupe-mq/troupe/wire/link"
)

// Spokes are the leaf nodes of a broker. Its methods may be called from any goroutine.
type Spokes struct {
	*host.Host
	Node    string        // reply routes over links begin with _R_.<node>.
	Cluster func() string // that of this broker
	Lame    func() bool   // nobody is to come here any more
	Accept  func(transport.Arrival, *peer.Peer) (id uint64)

	settings atomic.Pointer[Settings]
	lobby    *transport.Lobby // those who have not been let in yet

	mu    sync.Mutex // held for a moment
	known map[uint64]*LeafNode
}

// Settings are what a configuration says of leaf nodes. They are never changed.
type Settings struct {
	AuthTimeout time.Duration
	MinVersion  string // of NATS; empty: any
	Isolate     bool   // they are not told what others of them want
	Ping        time.Duration
	Most        int // how many there may be
	Compression compression.Wish
}

// LeafNode is a server that is there.
type LeafNode struct {
	ID      uint64 // of its connection
	Account string // that it is in here
	Server  peer.Server
}

// New is the leaf nodes of a broker that has none yet.
func New(h *host.Host, s *Settings) *Spokes {
	l := &Spokes{Host: h, lobby: transport.NewLobby(transport.LobbyPlaces), known: make(map[uint64]*LeafNode)}
	l.settings.Store(s)
	return l
}

// Apply puts other settings into force, for those who come from now on. Those that are there come again for other compression.
func (l *Spokes) Apply(s *Settings) {
	if before := l.settings.Swap(s); !before.Compression.Same(s.Compression) {
		l.end(report.ClientClosed)
	}
}

// All are those that are there, in the order in which they have come.
func (l *Spokes) All() (all []LeafNode) {
	l.mu.Lock()
	defer l.mu.Unlock()
	for _, id := range slices.Sorted(maps.Keys(l.known)) {
		all = append(all, *l.known[id])
	}
	return all
}

// Dismiss ends the links to all of them: the broker stops.
func (l *Spokes) Dismiss() { l.end(report.ServerShutdown) }

func (l *Spokes) end(why report.CloseReason) {
	for _, n := range l.All() {
		l.Send(l.Link(n.ID), &connection.CloseNow{Reason: why})
	}
}

// Tell tells all of them what has changed about this broker. It may be called by actors.
func (l *Spokes) Tell(again *connection.TellAgain) {
	for _, n := range l.All() {
		l.Send(l.Link(n.ID), again)
	}
}

// Welcome makes a link of a connection that a server has dialed. It is called by the accepting goroutine. Until the server
// is let in it has a place in the lobby, which it may lose to others.
func (l *Spokes) Welcome(a transport.Arrival) (id uint64) {
	place := l.lobby.Enter(a.Conn)
	plain, headers := link.Leaf.Heads("")
	n := &LeafNode{} // known to its connection alone, until that is let in
	s := l.settings.Load()
	informed := s.negotiator()
	if a.Endpoint.Kind == transport.KindLeafWS { // whose frames are compressed, if anything is
		informed = nil
	}
	return l.Accept(a, &peer.Peer{
		Kind: interest.Spoke, Dialect: link.Leaf, Node: l.Node, MaxInterest: peer.MaxRemote, Ping: s.Ping,
		Face: &interest.Face{Plain: plain, Headers: headers, MaxPayload: math.MaxInt},
		Handshake: &peer.Handshake{
			Timeout: s.AuthTimeout, Informed: informed,
			Introduced: func(said []byte, from peer.Announced, answer func(*peer.Judged)) {
				j := l.introduced(n, said, from)
				if j.Server != nil {
					place.Leave()
				}
				answer(j)
			},
		},
		Informed: func(said []byte) { l.informed(n, said) },
		Up: func() {
			l.Logger.Info("leaf node is up", "server", n.Server.Name, "version", n.Server.Version, "cluster", n.Server.Cluster, "account", n.Account)
		},
		Down: func(end peer.End) {
			place.Leave()
			l.gone(n, end)
		},
	})
}

// introduced judges a server that has proved who it is.
func (l *Spokes) introduced(n *LeafNode, said []byte, from peer.Announced) *peer.Judged {
	s := l.settings.Load()
	g, err := s.judge(said, l.Cluster())
	if err != nil {
		return &peer.Judged{Err: err}
	}
	if l.Lame() {
		return &peer.Judged{Err: peer.Refusal(report.ServerShutdown, "%s", report.ServerShutdown)}
	}
	*n = LeafNode{ID: from.ID, Account: from.Account, Server: g.server(s)}
	before, room := l.add(n, s.Most)
	if !room {
		return &peer.Judged{Err: wire.ErrMaxConnections}
	}
	if before != 0 {
		l.Logger.Warn("a leaf node has another connection already, which ends", "server", n.Server.Name, "account", n.Account)
		l.expel(before, peer.Refusal(report.DuplicateLeafNode, "%s", report.DuplicateLeafNode))
	}
	return &peer.Judged{Server: &n.Server, Deny: g.DenyPub}
}

// expel tells a leaf node why it has to go.
func (l *Spokes) expel(id uint64, why *wire.Error) {
	pid := l.Link(id)
	l.Send(pid, &connection.Tell{Line: []byte(why.Lines)})
	l.Send(pid, &connection.CloseNow{Reason: report.CloseReason(why.Reason)})
}

// informed takes in what a leaf node says later of itself. It may change nothing, but not everything may be said.
func (l *Spokes) informed(n *LeafNode, said []byte) {
	var info struct {
		Cluster string `json:"cluster"`
	}
	if json.Unmarshal(said, &info) == nil && !isClusterName(info.Cluster) {
		l.expel(n.ID, errSpacesInName)
	}
}

// add takes a leaf node in, if there is room, and returns the connection whose place it takes: that of the same server for the
// same account here and there.
func (l *Spokes) add(n *LeafNode, most int) (before uint64, room bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	for id, o := range l.known {
		if o.Account == n.Account && o.Server.Name != "" && o.Server.Name == n.Server.Name && o.Server.Cluster == n.Server.Cluster &&
			o.Server.RemoteAccount != "" && o.Server.RemoteAccount == n.Server.RemoteAccount {
			before = id
		}
	}
	if before == 0 && len(l.known) >= most {
		return 0, false
	}
	delete(l.known, before)
	l.known[n.ID] = n
	return before, true
}

// gone is told that a connection has ended.
func (l *Spokes) gone(n *LeafNode, end peer.End) {
	if n.ID == 0 {
		return // it has never been let in
	}
	l.mu.Lock()
	if l.known[n.ID] == n {
		delete(l.known, n.ID)
	}
	l.mu.Unlock()
	if end.Reason != report.ServerShutdown {
		l.Logger.Info("leaf node is gone", "server", n.Server.Name, "account", n.Account, "reason", string(end.Reason), "it said", end.Said)
	}
}
