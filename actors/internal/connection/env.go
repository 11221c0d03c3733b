package connection

import (
	"net/netip"
	"sync"
	"sync/atomic"

	"github.com/asynkron/protoactor-go/actor"

	"github.com/troupe-mq/troupe/actors/internal/commit"
	"github.com/troupe-mq/troupe/actors/internal/feed"
	"github.com/troupe-mq/troupe/actors/internal/host"
	"github.com/troupe-mq/troupe/actors/internal/inbound"
	"github.com/troupe-mq/troupe/actors/internal/interest"
	"github.com/troupe-mq/troupe/actors/internal/lab"
	"github.com/troupe-mq/troupe/actors/internal/outbox"
	"github.com/troupe-mq/troupe/actors/internal/parking"
	"github.com/troupe-mq/troupe/actors/internal/partition"
	"github.com/troupe-mq/troupe/actors/internal/peer"
	"github.com/troupe-mq/troupe/actors/internal/session"
	"github.com/troupe-mq/troupe/actors/internal/settings"
	"github.com/troupe-mq/troupe/actors/internal/steps"
	"github.com/troupe-mq/troupe/actors/internal/transport"
	"github.com/troupe-mq/troupe/actors/mailbox"
	"github.com/troupe-mq/troupe/actors/report"
	"github.com/troupe-mq/troupe/supervisor"
)

// Env is what all connections of a broker have in common. Everything in it is
// either set before the first connection or safe for any goroutine.
type Env struct {
	commit.Env
	Settings   *settings.InForce
	Partitions atomic.Pointer[partition.Layout]
	Inbound    *inbound.Budget
	Parking    *parking.Lot
	Taps       *feed.Set
	Proofs     *session.Proofs
	Turns      steps.Turns // of writers that spell copies
	Lame       atomic.Bool // clients are to go elsewhere
	Closing    atomic.Bool // the connections' group is about to stop
	Node       string      // tells the reply routes of this broker from those of others
	Names      atomic.Pointer[Names]
	cradle     cradle

	// Left is told when a connection has ended, which address it counted for (see transport.Endpoint.From), whether its
	// client came from outside and had one of the places that there are for these, and whether it was a part of the broker.
	Left func(from netip.Addr, hadPlace, internal bool)
	// Inquire asks a service who a client is. The answer is sent to its connection as
	// session.Proved.
	Inquire func(p *session.Proof, self *actor.PID)
}

// Names are what a broker and its cluster are called; that is empty if there is none.
type Names struct{ Server, Cluster string }

// Accept makes an actor of a new client connection, and returns its number.
func (v *Env) Accept(a transport.Arrival) (cid uint64) { return v.accept(a, nil) }

// AcceptLink makes an actor of a connection to another server, which has shaken hands, and returns
// its number; 0 if the broker is about to stop.
func (v *Env) AcceptLink(a transport.Arrival, p *peer.Peer) (id uint64) { return v.accept(a, p) }

func (v *Env) accept(a transport.Arrival, p *peer.Peer) (cid uint64) {
	if v.Closing.Load() {
		a.Conn.Close() // nobody is left to take it
		return 0
	}
	cid = v.Counters.Cid.Add(1)
	name := host.ConnectionName(cid)
	switch {
	case p != nil:
		name = host.LinkName(cid)
	case a.Internal():
		name = host.InternalName(cid)
	default:
		v.Counters.Total.Add(1)
		v.Counters.Connections.Add(1)
	}
	hasPlace := p == nil && a.External() && v.Counters.AdmitExternal(v.Settings.Load().MaxConnections)
	v.Send(v.PID(host.Path(host.Connections)), supervisor.Spawn{Spec: supervisor.Spec{
		Name:  name,
		Role:  host.ConnectionRole,
		Props: v.cradle.shared(),
		Before: func() {
			c := newConnection(v, cid, &a, p)
			c.hasPlace = hasPlace
			v.cradle.next = c
		},
	}})
	return cid
}

// cradle is where a connection is between its making and its first message. All connections have one Props: that and
// what it would keep of each is a third of a kilobyte.
type cradle struct {
	once  sync.Once
	props *actor.Props
	next  *connection // its group's, which spawns one at a time
}

// shared is the Props of all connections. Each time, it makes an actor of the connection that is next.
func (n *cradle) shared() *actor.Props {
	n.once.Do(func() {
		n.props = actor.PropsFromProducer(
			func() actor.Actor { return n.next },
			actor.WithMailbox(func() actor.Mailbox {
				c := n.next
				n.next = nil
				return c.box
			}),
			actor.WithDispatcher(mailbox.CallerRuns{}),
		)
	})
	return n.props
}

// DeadLetter takes what was sent to a connection that has ended: whoever waits for an answer is given one.
func (v *Env) DeadLetter(message any) {
	switch m := message.(type) {
	case *outbox.Deliver:
		v.Counters.Drop(report.Gone, m.Messages)
		v.Budget.Add(int64(-m.Memory()))
		m.Recycle()
	case *Report:
		m.Answers <- nil
	case *Count:
		m.Answers <- 0
	case *lab.Probe:
		m.Answer <- false
	case *ApplySettings:
		m.Done <- false
	case *Move:
		m.Done <- false
	case *errand:
		m.isLost()
	case *Kick:
		m.Answer <- report.ErrNoConnection
	case *interest.StateTo:
		v.Send(m.Link.PID, &interest.Telling{})
	case *GoElsewhere:
		if m.Answer != nil {
			m.Answer <- report.ErrNoConnection
		}
	}
}
