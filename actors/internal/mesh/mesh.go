package mesh

import (
	"cmp"
	"context"
	"crypto/rand"
	"crypto/tls"
	"fmt"
	"net"
	"net/url"
	"runtime"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"github.com/asynkron/protoactor-go/actor"

	"github.com/troupe-mq/troupe/actors/internal/compression"
	"github.com/troupe-mq/troupe/actors/internal/host"
	"github.com/troupe-mq/troupe/actors/internal/interest"
	"github.com/troupe-mq/troupe/actors/internal/lab"
	"github.com/troupe-mq/troupe/actors/internal/listener"
	"github.com/troupe-mq/troupe/actors/internal/members"
	"github.com/troupe-mq/troupe/actors/internal/peer"
	"github.com/troupe-mq/troupe/actors/internal/transport"
	"github.com/troupe-mq/troupe/supervisor"
)

// The roles of the actors of a mesh.
const (
	Role       = "mesh"
	RosterRole = "roster"
)

// Mesh is the cluster of a broker. Its methods may be called from any goroutine that is no actor's.
type Mesh struct {
	*host.Host
	Self     Self
	Endpoint *transport.Endpoint
	Accept   func(transport.Arrival, *peer.Peer) (id uint64)
	Slots    *transport.HandshakeSlots // where the handshakes of those who come compute
	// Dial makes a connection to a server at host:port, whose certificate is to be for name where there are any.
	Dial func(ctx context.Context, s *Settings, address, name string) (net.Conn, error)
	// Changed is called when the URLs of the cluster's servers, or its name, have changed. It is called by an actor: it must
	// not block.
	Changed func()
	// Reached is called when a connection of a route is up, with the accounts that it is for. It is called by an actor: it must not
	// block.
	Reached func(interest.Share)

	settings  atomic.Pointer[Settings]
	lobby     *transport.Lobby // those who have come, and are not up yet
	listening *listener.Listening
	listeners *listener.Env
	settled   chan struct{} // closed when each configured route is there, or was not to be had
	once      sync.Once

	kept kept // of the roster and its successors

	mu  sync.Mutex
	now State
}

// Self is who this broker is to the servers of its cluster.
type Self struct {
	ID, Name, Version, Troupe string
	Node                      string // reply routes over routes begin with _R_.<node>.
	Account                   string // the global one
	Headers                   bool
	MaxPayload                func() int
	// URLs are where clients come to this broker, plainly and by WebSocket.
	URLs func() (clients, web []string)
	// LeafURLs are where leaf nodes come to this broker.
	LeafURLs func() []string
}

// Settings are what a configuration says of the cluster. They are never changed.
type Settings struct {
	Name           string // empty: one is made up, or taken over from others
	Host           string // as the configuration says; Port is that of the listener
	Port           int
	Advertise      string // host:port for other servers, where they are not the listener's
	NoAdvertise    bool   // clients are not told of the other servers
	Routes         []string
	User, Password string // of who comes, and for those who are dialed where the URL says nothing
	AuthTimeout    time.Duration
	TLS            TLS      // nil for none
	PoolSize       int      // how many connections a route has for all accounts together; 0 or less: one
	Accounts       []string // those that have a connection of their own besides
	Compression    compression.Wish
	ConnectRetries int
	ConnectBackoff bool
	PingInterval   time.Duration
	Import, Export *peer.Permissions // nil for everything
}

// TLS is how routes are encrypted, from both sides.
type TLS interface {
	Server() (*tls.Config, error)
	Client(host string) (*tls.Config, error)
	HandshakeTimeout() time.Duration
	// Certified reports whether servers that come are let in by their certificates alone: by the user's name in them, or by the
	// host of a route.
	Certified() (byUser, byHost bool)
}

// State is what there is to know of the mesh.
type State struct {
	Cluster string  // its name
	Dynamic bool    // that was made up
	Routes  []Route // one for each connection, or one that is missing
	// URLs are where clients come to the other servers, plainly and by WebSocket, as far as they are told.
	URLs, WebURLs []string
	LeafURLs      []string // where leaf nodes come to them
}

// Route is a server of the cluster, or the address of one.
type Route struct {
	URL         string // host:port
	Configured  bool
	Solicited   bool
	Up          bool
	Self        bool // it is this broker itself
	ID          uint64
	Server      peer.Server
	Index       int    // of the connection among those for all accounts
	Account     string // that the connection is for
	Compression string
	Gone        time.Time // since when there is no route; zero if there is one
	Why         string    // there is none
}

// New is the mesh of a broker, with the name that the configuration gives it or one that is made up. Nothing runs yet.
func New(h *host.Host, s *Settings) *Mesh {
	m := &Mesh{Host: h, Endpoint: transport.NewEndpoint(transport.KindRoute), settled: make(chan struct{}), Dial: connect, lobby: transport.NewLobby(transport.LobbyPlaces)}
	m.settings.Store(s)
	m.now = State{Cluster: cmp.Or(s.Name, rand.Text()), Dynamic: s.Name == ""}
	return m
}

// ListenerName is that of the actor that accepts routes.
const ListenerName = "routes"

// Open opens the address for routes, and returns its port. It is called before the tree grows.
func (m *Mesh) Open(ctx context.Context, address string) (port int, err error) {
	at, err := listener.OpenTCP(ctx, ListenerName, address)
	if err != nil {
		return 0, err
	}
	m.Logger.Info("Listening for route connections on " + at.Addr.String())
	m.listening, at.Endpoint = at, m.Endpoint
	m.listeners = &listener.Env{Host: m.Host, Accept: m.welcome}
	return at.Addr.(*net.TCPAddr).Port, nil
}

// Addr is where routes come in, nil for a nil mesh.
func (m *Mesh) Addr() net.Addr {
	if m == nil {
		return nil
	}
	return m.listening.Addr
}

// Close closes the address of a broker that does not start. A nil mesh has none.
func (m *Mesh) Close() {
	if m != nil {
		m.listening.Close()
	}
}

// Configure is Apply for a mesh that does not run yet.
func (m *Mesh) Configure(s *Settings) { m.settings.Store(s) }

// Apply puts other settings into force. Routes that are the same stay.
func (m *Mesh) Apply(s *Settings) {
	m.settings.Store(s)
	m.Send(m.roster(), &change{})
}

// LameDuck tells the other servers, if there are any, that clients are not to come here any more.
func (m *Mesh) LameDuck() {
	if m != nil {
		m.Send(m.roster(), &lameDuck{})
	}
}

// State is the mesh as it is.
func (m *Mesh) State() State {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.now
}

// Settled waits until each configured route is there, or was not to be had at the first attempt, or until over is closed.
func (m *Mesh) Settled(over <-chan struct{}) {
	select {
	case <-m.settled:
	case <-over:
	}
}

func (m *Mesh) roster() *actor.PID { return m.PID(host.Path(host.Links, Role, RosterRole)) }

// Specs are the mesh in the tree: who knows the cluster, and who accepts its routes. Both are started again for ever. A nil
// mesh has none.
func (m *Mesh) Specs() []supervisor.Spec {
	if m == nil {
		return nil
	}
	return []supervisor.Spec{supervisor.Sub(supervisor.Options{
		Name: Role, Role: Role, Sink: m.Observe,
		Policy: supervisor.Policy{
			Kind: supervisor.Permanent, Intensity: -1,
			Backoff: supervisor.Backoff{Min: 100 * time.Millisecond, Max: 10 * time.Second, Jitter: 0.1},
		},
		Children: []supervisor.Spec{
			host.Gauged(supervisor.Spec{Name: RosterRole, Role: RosterRole}, lab.Obedient(func() actor.Actor { return newRoster(m) })),
			host.Gauged(supervisor.Spec{Name: ListenerName, Role: "listener"}, lab.Obedient(func() actor.Actor { return listener.New(m.listeners, m.listening) })),
		},
	}, supervisor.Policy{Kind: supervisor.Permanent, Exceeded: supervisor.Escalate}, host.Mailbox()...)}
}

// urls are those of the configured routes.
func (s *Settings) urls() []*url.URL {
	var all []*url.URL
	for _, text := range s.Routes {
		if u, err := members.ParseURL(text); err == nil && !slices.ContainsFunc(all, func(o *url.URL) bool { return members.Place(o) == members.Place(u) }) {
			all = append(all, u)
		}
	}
	return all
}

// pool is the size of the pool and the accounts with connections of their own, as a table wants them.
func (s *Settings) pool() (size int, accounts []string) {
	if s.PoolSize <= 0 {
		return 0, nil
	}
	return s.PoolSize, s.Accounts
}

// info is the INFO of this broker for other servers.
func (m *Mesh) info(t *members.Table, g members.Gossip, lame bool) *ownInfo {
	s, self := m.settings.Load(), &m.Self
	i := &ownInfo{
		ServerID: self.ID, ServerName: self.Name, Version: self.Version, Troupe: self.Troupe, Proto: peer.Protocol, Go: runtime.Version(),
		Host: s.Host, Port: s.Port, Headers: self.Headers, AuthRequired: s.User != "", TLSRequired: s.TLS != nil, TLSVerify: s.TLS != nil,
		MaxPayload: self.MaxPayload(), Import: s.Import, Export: s.Export, Cluster: t.Cluster, Dynamic: t.Dynamic, Gossip: g, LameDuck: lame,
		LeafOrigin: true, LeafUnsub: true, PoolSize: max(s.PoolSize, 0), Compression: s.Compression.Mode,
	}
	if !s.NoAdvertise {
		i.URLs, i.WebURLs = self.URLs()
	}
	if !lame {
		i.LeafURLs = self.LeafURLs()
	}
	if host, port, err := transport.SplitAdvertise(s.Advertise); err == nil {
		i.Host, i.Port, i.IP = host, port, fmt.Sprintf("%s://%s/", members.Scheme, s.Advertise)
	}
	return i
}
