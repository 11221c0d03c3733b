package actors

import (
	"net"
	"sync/atomic"
	"time"

	"github.com/asynkron/protoactor-go/actor"
	"github.com/hashicorp/go-hclog"

	"github.com/troupe-mq/troupe/actors/mailbox"
	"github.com/troupe-mq/troupe/supervisor"
	"github.com/troupe-mq/troupe/wire"
)

// hub is what all connections of a broker have in common. Everything in it is
// either set before the first connection or safe for any goroutine.
type hub struct {
	settings   atomic.Pointer[settings]
	system     *actor.ActorSystem
	partitions []*actor.PID
	family     *actor.PID // the group that connections are children of
	keeper     *actor.PID // who enforces the budget
	budget     budget
	taps       taps
	proofs     chan struct{} // a place for each secret that may be checked at a time
	info       wire.Info     // what does not change of it
	inside     *door         // for clients of this process
	desk       desk
	counters   counters
	admission  *admission
	complaints *complaints
	history    *actor.PID // keeps the supervision events
	obituaries *actor.PID // keeps the connections that have ended
	started    time.Time
	logger     hclog.Logger
	empty      chan struct{} // told when the last connection has gone: Stop waits for that
	deserted   chan struct{} // told when the last guest has gone: lame duck mode waits for that
	crew       crew
	outlet     outlet
	closing    atomic.Bool // the connections' group is about to stop
	lame       atomic.Bool // clients are to go elsewhere
}

func (h *hub) now() time.Time { return time.Now() }

func (h *hub) crashed(name string, c *supervisor.Crash) {
	h.observe(supervisor.Event{
		Time: h.now(), What: supervisor.Failed, Path: rootName + "/" + name, Role: "goroutine", Directive: supervisor.Stop,
		Failure: c.Error(), Reason: "nobody supervises a goroutine", Stack: c.Frames(8), Err: c,
	})
}

// deadLetter is told of what was sent to an actor that is gone.
func (h *hub) deadLetter(event any) {
	if e, ok := event.(*actor.DeadLetterEvent); ok {
		h.unheard(e.Message)
	}
}

// unheard takes what a connection that has ended can take no more.
func (h *hub) unheard(message any) {
	switch m := message.(type) {
	case *deliver:
		h.counters.dropped.add(dropGone, m.messages)
	case *report:
		m.answers <- nil
	case *probe:
		m.answer <- false
	case *reconsider:
		m.done <- false
	case *kick:
		m.answer <- ErrNoConnection
	case *goElsewhere:
		if m.answer != nil {
			m.answer <- ErrNoConnection
		}
	}
}

// accept makes an actor of a new client connection, and returns its number.
func (h *hub) accept(nc net.Conn, at *door) (cid uint64) {
	if h.closing.Load() {
		nc.Close() // nobody is left to take it
		return 0
	}
	cid = h.counters.cid.Add(1)
	name := connectionName(cid)
	if isInternal(nc) {
		name = internalName(cid)
	} else {
		h.counters.total.Add(1)
		h.counters.connections.Add(1)
	}
	guest := isForeign(nc) && h.counters.enter(h.config().MaxConnections)
	box := mailbox.New(mailbox.NotifyDrained)
	props := actor.PropsFromProducer(
		func() actor.Actor {
			c := newConnection(h, box, cid, nc, at)
			c.guest = guest
			return c
		},
		actor.WithMailbox(func() actor.Mailbox { return box }),
		actor.WithDispatcher(mailbox.CallerRuns{}),
	)
	h.system.Root.Send(h.family, supervisor.Spawn{Spec: supervisor.Spec{
		Name:  name,
		Role:  connectionRole,
		Props: props,
	}})
	return cid
}

// leave is told when a connection has ended, and whether it was a guest.
func (h *hub) leave(nc net.Conn, guest bool) {
	if h.admission.limited() {
		h.admission.leave(ipOf(nc))
	}
	if guest && h.counters.guests.Add(-1) == 0 {
		remind(h.deserted)
	}
	if !isInternal(nc) && h.counters.connections.Add(-1) == 0 {
		remind(h.empty)
	}
}

// remind tells the one who waits for it, now or later, that it is time to look.
func remind(whom chan<- struct{}) {
	select {
	case whom <- struct{}{}:
	default:
	}
}

// clientHost is the address that a client is known by, without its port.
func clientHost(nc net.Conn) string {
	addr := nc.RemoteAddr()
	if addr == nil || addr.Network() == "unix" {
		return ""
	}
	host, _, err := net.SplitHostPort(addr.String())
	if err != nil {
		return addr.String()
	}
	return host
}
