package actors

import (
	"cmp"
	"context"
	"fmt"
	"net"
	"runtime"
	"strconv"
	"sync"
	"sync/atomic"
	"time"

	"github.com/asynkron/protoactor-go/actor"

	"github.com/troupe-mq/troupe/actors/access/callout"
	"github.com/troupe-mq/troupe/actors/internal/commit"
	"github.com/troupe-mq/troupe/actors/internal/connection"
	"github.com/troupe-mq/troupe/actors/internal/endpoints"
	"github.com/troupe-mq/troupe/actors/internal/feed"
	"github.com/troupe-mq/troupe/actors/internal/history"
	"github.com/troupe-mq/troupe/actors/internal/host"
	"github.com/troupe-mq/troupe/actors/internal/inbound"
	"github.com/troupe-mq/troupe/actors/internal/inline"
	"github.com/troupe-mq/troupe/actors/internal/listener"
	"github.com/troupe-mq/troupe/actors/internal/mesh"
	"github.com/troupe-mq/troupe/actors/internal/parking"
	"github.com/troupe-mq/troupe/actors/internal/partition"
	"github.com/troupe-mq/troupe/actors/internal/peer"
	"github.com/troupe-mq/troupe/actors/internal/pressure"
	"github.com/troupe-mq/troupe/actors/internal/resident"
	"github.com/troupe-mq/troupe/actors/internal/session"
	"github.com/troupe-mq/troupe/actors/internal/settings"
	"github.com/troupe-mq/troupe/actors/internal/spokes"
	"github.com/troupe-mq/troupe/actors/internal/stats"
	"github.com/troupe-mq/troupe/actors/internal/steps"
	"github.com/troupe-mq/troupe/actors/internal/survey"
	"github.com/troupe-mq/troupe/actors/internal/transport"
	"github.com/troupe-mq/troupe/actors/internal/uplink"
	"github.com/troupe-mq/troupe/actors/report"
	"github.com/troupe-mq/troupe/supervisor"
	"github.com/troupe-mq/troupe/wire"
)

// ProtocolVersion is the level of NATS that INFO announces: what core features
// clients may expect.
const ProtocolVersion = "2.12.0"

// Broker is a running broker. Its methods may be called from any goroutine, but
// not from inside an actor.
type Broker struct {
	host      *host.Host
	asker     *survey.Asker
	inForce   atomic.Pointer[configuration]
	settings  settings.InForce
	counters  stats.Counters
	budget    *pressure.Budget
	taps      *feed.Set
	env       *connection.Env // of connections
	clients   *resident.Env   // of actors that are clients
	listeners *listener.Env   // of listeners
	endpoints *endpoints.Set  // by which clients come
	links     *uplink.Links   // to other servers
	mesh      *mesh.Mesh      // nil if the broker is in no cluster
	spokes    *spokes.Spokes  // the servers that are leaf nodes of this one
	inline    *inline.Publisher
	keys      *callout.Keys // of the broker itself
	inquires  bool          // the actor that asks services who clients are is there

	info    wire.Info // what does not change of it
	started time.Time
	root    *actor.PID

	announcing sync.Mutex                  // what clients are told is made and put into force by one at a time
	untold     []*transport.Endpoint       // where it is not what those who are there have been told
	storage    atomic.Pointer[peer.Server] // whose JetStream a link has brought, nil if none has

	watchers  watchers // of the configuration
	arrivals  watchers // of servers of the cluster
	failures  history.Failures
	empty     chan struct{} // told when the last connection has gone: Stop waits for that
	deserted  chan struct{} // told when the last client from outside has gone: lame duck mode waits for that
	stop      sync.Once
	reloading sync.Mutex                 // one at a time
	ending    atomic.Pointer[time.Timer] // runs out when an import ends, nil if none does
	done      chan struct{}
	failed    error // set before done is closed
}

// Start runs a broker until Stop. ctx bounds the start only. The zero Config listens on DefaultPort. The error says
// all that is wrong with the configuration or an option, or which address cannot be listened on; then nothing runs.
func Start(ctx context.Context, config Config, opts ...Option) (*Broker, error) {
	if err := config.Validate(); err != nil {
		return nil, err
	}
	first, err := newConfiguration(&config, nil, time.Now())
	if err != nil {
		return nil, err
	}
	with, err := gather(opts)
	if err != nil {
		return nil, err
	}
	keys, err := callout.NewKeys()
	if err != nil {
		return nil, err
	}
	b := newBroker(first, keys)
	b.warnOfDescriptors(config.MaxConnections)
	if first.delegates() {
		with.actors = append(with.actors, b.inquirySpec())
	}
	if config.AccountSource != nil {
		with.actors = append(with.actors, b.finderSpec())
	}
	if err := b.endpoints.Open(ctx, b.config()); err != nil {
		return nil, err
	}
	if err := b.openCluster(ctx); err != nil {
		b.endpoints.Close()
		return nil, err
	}
	b.announce()
	b.untold = nil // nobody is there
	if err := b.grow(ctx, with); err != nil {
		b.endpoints.Close()
		b.mesh.Close()
		return nil, err
	}
	b.watchImports()
	return b, nil
}

// newBroker puts the parts together; nothing runs yet.
func newBroker(first *configuration, keys *callout.Keys) *Broker {
	config := &first.config
	b := &Broker{
		keys:     keys,
		empty:    make(chan struct{}, 1),
		deserted: make(chan struct{}, 1),
		done:     make(chan struct{}),
	}
	b.putInForce(first)
	b.host = host.New(config.Logger, b.observe)
	b.started = b.host.Now()
	b.asker = &survey.Asker{Host: b.host, Done: b.done}
	b.budget = &pressure.Budget{Host: b.host}
	b.budget.SetLimit(config.OutboundBudget)
	b.taps = &feed.Set{Host: b.host}
	layout := partition.NewLayout(b.host, config.Partitions, nil)
	b.env = &connection.Env{
		Env: commit.Env{Host: b.host, Counters: &b.counters, Budget: b.budget, Links: layout.Links}, Settings: &b.settings,
		Inbound: inbound.NewBudget(b.host, config.InboundBudget), Parking: parking.New(b.host), Taps: b.taps, Proofs: session.NewProofs(b.host, session.ProofPlaces()), Turns: steps.NewTurns(), Left: b.left,
		Inquire: b.inquire,
	}
	b.env.Partitions.Store(layout)
	b.listeners = &listener.Env{
		Host: b.host, Admission: listener.NewAdmission(config.MaxConnectionsPerAddress, config.MaxAttemptsPerAddress), Accept: b.env.Accept,
	}
	b.host.System.EventStream.Subscribe(b.deadLetter)
	b.info = wire.Info{ServerID: b.keys.ID, Version: ProtocolVersion, Troupe: config.Version, Proto: 1, Go: runtime.Version()}
	b.links = b.newLinks()
	handshakes := transport.NewHandshakes()
	b.mesh = b.newMesh(config, handshakes.Slots)
	b.spokes = b.newSpokes(config)
	b.endpoints = endpoints.New(b.host, b.listeners, handshakes, b.spokes.Welcome)
	b.endpoints.Revoked = func(err error) { b.giveUp(supervisor.Event{What: supervisor.Escalated, Err: err}) }
	b.inline = &inline.Publisher{Asker: b.asker, Spawn: b.spawnInline}
	b.clients = &resident.Env{Host: b.host, Settings: &b.settings, Endpoint: b.endpoints.Residents, Accept: b.env.Accept}
	b.clients.Room.Free = b.env.Budget.GiveBack
	return b
}

// announce tells all who come from now on what the configuration in force asks of them.
func (b *Broker) announce() {
	b.announcing.Lock()
	defer b.announcing.Unlock()
	info, now := b.info, b.inForce.Load()
	info.ServerName, info.Cluster, info.Headers = b.name(), now.config.ClusterName, !now.config.NoHeaders
	b.addCluster(&info)
	b.addLeafNodes(&info)
	b.addStorage(&info)
	b.env.Names.Store(&connection.Names{Server: info.ServerName, Cluster: info.Cluster})
	b.untold = append(b.untold, b.endpoints.Announce(info, &now.config, now.settings.Gate)...)
}

// Addr is the address that clients connect to, nil if the broker does not listen.
func (b *Broker) Addr() net.Addr { return b.endpoints.Clients().Addr() }

// WebSocketAddr is the address that WebSocket clients connect to, nil if there
// is none.
func (b *Broker) WebSocketAddr() net.Addr { return b.endpoints.Web().Addr() }

// ClientURL is the address in the form that NATS clients take, empty if the broker
// does not listen.
func (b *Broker) ClientURL() string {
	a, ok := b.Addr().(*net.TCPAddr)
	if !ok {
		return ""
	}
	host := a.IP.String()
	if a.IP.IsUnspecified() {
		host = "127.0.0.1"
	}
	return "nats://" + net.JoinHostPort(host, strconv.Itoa(a.Port))
}

// ServerID is the id that INFO announces.
func (b *Broker) ServerID() string { return b.info.ServerID }

// name is the server's name in force.
func (b *Broker) name() string { return cmp.Or(b.config().ServerName, b.info.ServerID) }

// InProcessConn connects a client of this process without a socket. nats.InProcessServer of the Go client wants
// it. The error is report.ErrStopped or ErrLameDuck.
func (b *Broker) InProcessConn() (net.Conn, error) {
	switch {
	case b.asker.Stopped():
		return nil, report.ErrStopped
	case b.env.Lame.Load():
		return nil, ErrLameDuck
	}
	client, server := net.Pipe()
	b.env.Accept(transport.Arrival{Conn: server, Endpoint: b.endpoints.Inside})
	return client, nil
}

// Done is closed when the broker has stopped, by Stop or because a part of it
// that it cannot do without could not be kept running. Err says which.
func (b *Broker) Done() <-chan struct{} { return b.done }

// Err is why the broker stopped by itself, nil if it did not.
func (b *Broker) Err() error {
	if !b.asker.Stopped() {
		return nil
	}
	return b.failed
}

// Stop lets no new client in, gives the connected ones until ctx ends to read what is queued for them, and stops
// every actor. The broker is stopped when it returns, whatever the error is. The error is that of ctx if not all was
// read in time. A second Stop is report.ErrStopped.
func (b *Broker) Stop(ctx context.Context) error {
	err := report.ErrStopped
	b.stop.Do(func() { err = b.shutDown(ctx) })
	return err
}

func (b *Broker) shutDown(ctx context.Context) error {
	b.listeners.Stop(b.endpoints.Listening())
	b.endpoints.Retire()
	b.links.Over.Store(true)
	stopTimer(b.ending.Load())
	b.stopActors(ctx)
	b.env.Closing.Store(true)
	b.dismiss(ctx)
	b.spokes.Dismiss()
	b.settings.Load().Accounts.Replies.Retain(nil)
	b.taps.End(ctx)
	err := b.host.System.Root.StopFuture(b.root).Wait()
	b.host.Conclude()
	b.env.Parking.Close()
	b.host.System.Shutdown()
	close(b.done)
	if err != nil {
		return fmt.Errorf("troupe: stopping the actors: %w", err)
	}
	return ctx.Err()
}

// stopNow stops a broker that has given up on a part of itself.
func (b *Broker) stopNow() {
	ctx, cancel := context.WithTimeout(context.Background(), time.Second)
	defer cancel()
	_ = b.Stop(ctx) // why it stopped is in b.failed
}

// dismiss closes every connection, and waits for them within ctx.
func (b *Broker) dismiss(ctx context.Context) {
	for _, at := range b.asker.Everybody() {
		b.host.Send(at.Pid, &connection.CloseNow{Reason: report.ServerShutdown})
	}
	for b.counters.Connections.Load() > 0 {
		select {
		case <-b.empty:
		case <-ctx.Done():
			return
		}
	}
}
