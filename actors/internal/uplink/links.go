package uplink

import (
	"slices"
	"strconv"
	"sync"
	"sync/atomic"
	"time"

	"github.com/asynkron/protoactor-go/actor"

	"github.com/troupe-mq/troupe/actors/internal/host"
	"github.com/troupe-mq/troupe/actors/internal/lab"
	"github.com/troupe-mq/troupe/actors/internal/peer"
	"github.com/troupe-mq/troupe/actors/internal/transport"
	"github.com/troupe-mq/troupe/supervisor"
)

// Role is that of the actors that keep links.
const Role = "uplink"

// Links are the remotes of a broker, and the links to them. Its methods may be called from any
// goroutine that is no actor's.
type Links struct {
	*host.Host
	Self     Self
	Endpoint *transport.Endpoint
	Accept   func(transport.Arrival, *peer.Peer) (id uint64)
	Over     atomic.Bool // the broker stops: that a link ends is no news
	watchers atomic.Pointer[[]func(Event)]
	asked    atomic.Pointer[func(account string, subject, reply, body []byte)]

	applying sync.Mutex // one after the other
	spawned  int        // by whoever is applying

	mu     sync.Mutex // held for a moment: who sends to an actor may run it, and that asks who there is
	owners map[string][]*remoteAt
}

// Event is a link that has come or gone.
type Event struct {
	Owner, Name, Account string
	Up                   bool
	Engine               bool        // see Remote
	Hub                  peer.Server // if it is up
	Err                  error       // why it is not, nil if it was removed
}

// Watch has watch called with each event from now on. It is called by actors: it must not block.
func (l *Links) Watch(watch func(Event)) {
	l.mu.Lock()
	defer l.mu.Unlock()
	var all []func(Event)
	if now := l.watchers.Load(); now != nil {
		all = slices.Clone(*now)
	}
	all = append(all, watch)
	l.watchers.Store(&all)
}

// WatchConsumers has watch called with each request about a consumer that goes over a link made from
// now on. It is called by who has sent it: it must not block, and copy what it keeps.
func (l *Links) WatchConsumers(watch func(account string, subject, reply, body []byte)) {
	l.asked.Store(&watch)
}

// Apply puts an owner's remotes in the place of those that it had. Those that are there again, and the
// same, keep their links.
func (l *Links) Apply(owner string, remotes []*Remote) {
	l.applying.Lock()
	defer l.applying.Unlock()
	l.mu.Lock()
	before := l.owners[owner]
	l.mu.Unlock()
	var now []*remoteAt
	for _, r := range remotes {
		i := slices.IndexFunc(before, func(at *remoteAt) bool { return at.remote.Load().Name == r.Name })
		if i < 0 {
			now = append(now, l.spawn(owner, r))
			continue
		}
		at := before[i]
		before = slices.Delete(slices.Clone(before), i, i+1)
		if !at.remote.Load().same(r) {
			at.remote.Store(r)
			l.Send(l.pid(at), &change{})
		}
		now = append(now, at)
	}
	for _, at := range before {
		l.Send(l.group(), supervisor.Remove{Name: at.child})
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.owners == nil {
		l.owners = make(map[string][]*remoteAt)
	}
	l.owners[owner] = now
}

func (l *Links) group() *actor.PID { return l.PID(host.Path(host.Links)) }

func (l *Links) pid(at *remoteAt) *actor.PID { return l.PID(host.Path(host.Links, at.child)) }

// spawn starts the actor of a remote.
func (l *Links) spawn(owner string, r *Remote) *remoteAt {
	l.spawned++
	at := &remoteAt{owner: owner, child: Role + "-" + strconv.Itoa(l.spawned), settled: make(chan struct{})}
	at.remote.Store(r)
	spec := host.Gauged(supervisor.Spec{Name: at.child, Role: Role}, lab.Obedient(func() actor.Actor { return &uplink{Links: l, at: at} }))
	l.Send(l.group(), supervisor.Spawn{Spec: spec})
	return at
}

// Spec is the group of the actors that keep links, and of others that are there from the beginning. Who keeps a link is started
// again for ever.
func (l *Links) Spec(others ...supervisor.Spec) supervisor.Spec {
	return supervisor.Sub(supervisor.Options{
		Name: host.Links,
		Role: "links",
		Sink: l.Observe, Children: others,
		Policy: supervisor.Policy{
			Kind: supervisor.Permanent, Intensity: -1,
			Backoff: supervisor.Backoff{Min: 100 * time.Millisecond, Max: 10 * time.Second, Jitter: 0.1},
		},
	}, supervisor.Policy{Kind: supervisor.Permanent, Exceeded: supervisor.Escalate}, host.Mailbox()...)
}

// Settled waits until each remote that there is has a link, or was not to be had at the first attempt,
// or until over is closed.
func (l *Links) Settled(over <-chan struct{}) {
	for _, at := range l.all() {
		select {
		case <-at.settled:
		case <-over:
			return
		}
	}
}

func (l *Links) all() (all []*remoteAt) {
	l.mu.Lock()
	defer l.mu.Unlock()
	for _, some := range l.owners {
		all = append(all, some...)
	}
	return all
}

// tell tells those who watch.
func (l *Links) tell(e Event) {
	if all := l.watchers.Load(); all != nil {
		for _, watch := range *all {
			watch(e)
		}
	}
}
