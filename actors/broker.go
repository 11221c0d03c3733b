package actors

import (
	"context"
	"crypto/rand"
	"encoding/base32"
	"errors"
	"fmt"
	"net"
	"runtime"
	"strconv"
	"sync"
	"sync/atomic"
	"time"

	"github.com/asynkron/protoactor-go/actor"

	"github.com/troupe-mq/troupe/actors/mailbox"
	"github.com/troupe-mq/troupe/supervisor"
	"github.com/troupe-mq/troupe/wire"
)

// ProtocolVersion is the level of NATS that INFO announces: what core features
// clients may expect.
const ProtocolVersion = "2.12.0"

// ErrStopped is what a broker answers that has been stopped.
var ErrStopped = errors.New("troupe: the broker is stopped")

// Broker is a running broker. Its methods may be called from any goroutine, but
// not from inside an actor.
type Broker struct {
	hub       *hub
	root      *actor.PID
	listen    *listening   // for clients, nil if there is none
	web       *listening   // for WebSocket clients, nil if there is none
	open      []*listening // all there are
	stop      sync.Once
	reloading sync.Mutex                 // one at a time
	ending    atomic.Pointer[time.Timer] // runs out when an import ends, nil if none does
	done      chan struct{}
	failed    error // set before done is closed
}

// Start runs a broker until Stop; ctx bounds the start only. An address that cannot be listened on, or a
// configuration that makes no sense, is the error.
func Start(ctx context.Context, config Config, opts ...Option) (*Broker, error) {
	if err := config.Validate(); err != nil {
		return nil, err
	}
	first, err := newSettings(&config, nil, time.Now())
	if err != nil {
		return nil, err
	}
	b := &Broker{hub: newHub(first), done: make(chan struct{})}
	with, err := gather(opts)
	if err != nil {
		return nil, err
	}
	if err := b.openAll(ctx); err != nil {
		b.closeAll()
		return nil, err
	}
	b.hub.inside = b.hub.newDoor(kindNATS, nil)
	if err := b.grow(ctx, with); err != nil {
		b.closeAll()
		return nil, err
	}
	b.watchImports()
	return b, nil
}

// splitAdvertise takes host:port apart.
func splitAdvertise(address string) (host string, port int, err error) {
	host, text, err := net.SplitHostPort(address)
	if err != nil {
		return "", 0, err
	}
	port, err = strconv.Atoi(text)
	return host, port, err
}

// openAll opens every address that there is to be. That for WebSocket clients
// comes first: who waits for the broker tries the port for clients, and counts on
// the rest when it is there.
func (b *Broker) openAll(ctx context.Context) error {
	c := b.hub.config()
	if c.WebSocket != nil {
		at, err := b.hub.openWeb(ctx, c.WebSocket)
		if err != nil {
			return err
		}
		b.web = at
		b.open = append(b.open, at)
	}
	if !c.NoListen {
		at, err := b.hub.openClients(ctx, net.JoinHostPort(c.Host, strconv.Itoa(max(c.Port, 0))))
		if err != nil {
			return err
		}
		b.listen = at
		b.open = append(b.open, at)
	}
	if c.UnixSocket != "" {
		at, err := b.hub.openUnix(c.UnixSocket)
		if err != nil {
			return err
		}
		b.open = append(b.open, at)
	}
	return nil
}

// closeAll closes the addresses of a broker that does not start.
func (b *Broker) closeAll() {
	for _, at := range b.open {
		(*at.opened.Load()).Close()
	}
}

func newHub(first *settings) *hub {
	config := first.config
	h := &hub{
		proofs: make(chan struct{}, proofsAtOnce()),
		logger: config.Logger,
		empty:  make(chan struct{}, 1),

		deserted: make(chan struct{}, 1),
		crew:     crew{waiting: make(chan task)},
		desk:     make(desk, (runtime.GOMAXPROCS(0)+1)/2),

		admission:  newAdmission(&config),
		complaints: newComplaints(),
	}
	h.settings.Store(first)
	h.budget.limit.Store(int64(config.OutboundBudget))
	h.system = newSystem(config)
	h.started = h.now()
	h.history = h.system.NewLocalPID(rootName + "/" + monitorName + "/" + historyName)
	h.obituaries = h.system.NewLocalPID(rootName + "/" + monitorName + "/" + obituariesName)
	h.system.EventStream.Subscribe(h.deadLetter)
	id := newServerID()
	name := config.ServerName
	or(&name, id)
	h.info = wire.Info{
		ServerID:   id,
		ServerName: name,
		Version:    ProtocolVersion,
		Troupe:     config.Version,
		Proto:      1,
		Go:         runtime.Version(),
		Host:       config.Host,
		Port:       config.Port,
		Headers:    !config.NoHeaders,
		Cluster:    config.ClusterName,
	}
	return h
}

// newServerID is unique, and looks like the public keys that NATS uses.
func newServerID() string {
	var b [35]byte
	_, _ = rand.Read(b[:]) // never fails: see crypto/rand
	return "N" + base32.StdEncoding.EncodeToString(b[:])[:55]
}

// grow spawns the tree: partitions first, then whoever needs them.
func (b *Broker) grow(ctx context.Context, with options) error {
	h := b.hub
	planted, err := h.plantTaps(with.taps)
	if err != nil {
		return err
	}
	for p := range h.config().Partitions {
		h.partitions = append(h.partitions, h.system.NewLocalPID(partitionPath(p)))
	}
	h.family = h.system.NewLocalPID(rootName + "/" + connectionsName)
	h.keeper = h.system.NewLocalPID(rootName + "/" + keeperName)
	children := []supervisor.Spec{
		monitorSpec(h), // first, to see the others start
		keeperSpec(h),
		partitionsSpec(h),
		connectionsSpec(h),
		tapsSpec(h, planted), // who may join at once; their feeds are there already
	}
	members, posts := h.members(with.actors)
	children = append(children, actorsSpec(h, members))
	if len(b.open) > 0 {
		children = append(children, listenersSpec(h, b.open))
	}
	root, err := supervisor.Root(h.system, supervisor.Options{
		Name:       rootName,
		Role:       "broker",
		Children:   children,
		Sink:       h.observe,
		OnEscalate: b.giveUp,
	}, ownMailbox()...)
	if err != nil {
		return fmt.Errorf("troupe: %w", err)
	}
	b.root = root
	for _, at := range posts {
		if err := at.await(ctx, b.done); err != nil {
			b.stopNow()
			return err
		}
	}
	return nil
}

// ownMailbox is how the broker's own actors are run.
func ownMailbox() []actor.PropsOption {
	return []actor.PropsOption{
		actor.WithMailbox(mailbox.Producer()),
		actor.WithDispatcher(mailbox.CallerRuns{}),
	}
}

// Addr is the address that clients connect to, nil if the broker does not listen.
func (b *Broker) Addr() net.Addr {
	if b.listen == nil {
		return nil
	}
	return b.listen.addr
}

// WebSocketAddr is the address that WebSocket clients connect to, nil if there
// is none.
func (b *Broker) WebSocketAddr() net.Addr {
	if b.web == nil {
		return nil
	}
	return b.web.addr
}

// ClientURL is the address in the form that NATS clients take.
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
func (b *Broker) ServerID() string { return b.hub.info.ServerID }

// InProcessConn connects a client of this process without a socket; it is what
// nats.InProcessServer wants.
func (b *Broker) InProcessConn() (net.Conn, error) {
	select {
	case <-b.done:
		return nil, ErrStopped
	default:
	}
	if b.hub.lame.Load() {
		return nil, ErrLameDuck
	}
	client, server := net.Pipe()
	b.hub.accept(server, b.hub.inside)
	return client, nil
}

// Done is closed when the broker has stopped, by Stop or because a part of it
// that it cannot do without could not be kept running. Err says which.
func (b *Broker) Done() <-chan struct{} { return b.done }

// Err is why the broker stopped by itself, nil if it did not.
func (b *Broker) Err() error {
	select {
	case <-b.done:
		return b.failed
	default:
		return nil
	}
}

// Stop lets no new client in, gives the connected ones until ctx ends to read
// what is queued for them, and stops every actor. A second Stop is ErrStopped.
func (b *Broker) Stop(ctx context.Context) error {
	err := ErrStopped
	b.stop.Do(func() { err = b.shutDown(ctx) })
	return err
}

func (b *Broker) shutDown(ctx context.Context) error {
	h := b.hub
	b.closeDoors()
	stopTimer(b.ending.Load())
	b.stopActors(ctx)
	h.closing.Store(true)
	b.dismiss(ctx)
	b.endTaps(ctx)
	err := h.system.Root.StopFuture(b.root).Wait()
	h.system.Shutdown()
	close(b.done)
	if err != nil {
		return fmt.Errorf("troupe: stopping the actors: %w", err)
	}
	return ctx.Err()
}

// closeDoors stops the listeners: nobody new comes in, except from inside.
func (b *Broker) closeDoors() {
	for _, at := range b.open {
		_ = b.hub.system.Root.StopFuture(at.pid(b.hub)).Wait() // one that hangs shows when the tree is stopped
	}
}

// stopNow stops a broker that has given up on a part of itself.
func (b *Broker) stopNow() {
	ctx, cancel := context.WithTimeout(context.Background(), time.Second)
	defer cancel()
	_ = b.Stop(ctx) // why it stopped is in b.failed
}

// dismiss closes every connection, and waits for them within ctx.
func (b *Broker) dismiss(ctx context.Context) {
	h := b.hub
	for _, at := range b.everybody() {
		h.system.Root.Send(at.pid, &closeNow{ServerShutdown})
	}
	for h.counters.connections.Load() > 0 {
		select {
		case <-h.empty:
		case <-ctx.Done():
			return
		}
	}
}
