package connection

import (
	"slices"

	"github.com/asynkron/protoactor-go/actor"
	"github.com/hashicorp/go-hclog"

	"github.com/troupe-mq/troupe/actors/internal/batch"
	"github.com/troupe-mq/troupe/actors/internal/commit"
	"github.com/troupe-mq/troupe/actors/internal/compression"
	"github.com/troupe-mq/troupe/actors/internal/feed"
	"github.com/troupe-mq/troupe/actors/internal/inbound"
	"github.com/troupe-mq/troupe/actors/internal/interest"
	"github.com/troupe-mq/troupe/actors/internal/keepalive"
	"github.com/troupe-mq/troupe/actors/internal/lab"
	"github.com/troupe-mq/troupe/actors/internal/outbox"
	"github.com/troupe-mq/troupe/actors/internal/partition"
	"github.com/troupe-mq/troupe/actors/internal/peer"
	"github.com/troupe-mq/troupe/actors/internal/pressure"
	"github.com/troupe-mq/troupe/actors/internal/session"
	"github.com/troupe-mq/troupe/actors/internal/settings"
	"github.com/troupe-mq/troupe/actors/internal/stats"
	"github.com/troupe-mq/troupe/actors/internal/transport"
	"github.com/troupe-mq/troupe/actors/mailbox"
	"github.com/troupe-mq/troupe/actors/report"
	"github.com/troupe-mq/troupe/supervisor"
	"github.com/troupe-mq/troupe/wire"
)

// connection is the actor of one client. It parses what its source brought into
// batches, commits them when they are routed, and writes what others deliver.
// It owns its subscriptions: what the partitions hold is derived from them.
type connection struct {
	*Env
	layout   *partition.Layout // which partitions hold its subscriptions
	box      *mailbox.Mailbox
	source   transport.Source
	resident *transport.Resident // nil for a client from outside

	in        inbound.Input
	parser    wire.Parser
	batch     *batch.Batch      // the one in flight, nil if none is
	committer *commit.Committer // that of the commit under way, nil if none is
	pause     transport.Pause   // what the publisher of the last commit is to wait for
	fatal     *wire.Error       // found behind what is in flight: to be said after its commit

	session  session.Session
	subs     interest.Subscriptions
	witness  feed.Witness
	pub      commit.Publisher
	out      outbox.Outbox
	counts   stats.Connection
	clock    keepalive.Clock
	pressure pressure.Fill
	gauge    pressure.Gauge
	aside    *aside  // nil until there is something in it
	server   *server // what is on the other side, where that is no client

	reason report.CloseReason // why it is closing

	handshaking bool // the reader talks with the client
	connected   bool // the client has sent CONNECT
	greeted     bool // it has then sent PING: it may be sent INFO again
	checked     bool // the subject of the message that has come in part is checked
	stepped     bool // a commit has stopped at the end of a step
	closing     bool // nothing more is read; the outbox is still written
	readerDone  bool // there is no reader, or no more
	hasPlace    bool // the client comes from outside, and has one of the places that there are for these
}

func newConnection(v *Env, cid uint64, a *transport.Arrival, p *peer.Peer) *connection {
	now := v.Settings.Load()
	c := &connection{
		Env: v, layout: v.Partitions.Load(), box: mailbox.New(mailbox.NotifyDrained), resident: a.Resident,
		session: session.New(cid, a, transport.LinkOf(a.Conn), now),
		witness: feed.Witness{Taps: v.Taps},
	}
	if a.Internal() {
		c.witness.Taps = nil
	}
	c.pressure.Policy = pressure.Overrun(now.Overrun)
	c.pub = commit.Publisher{
		Env: &v.Env, Connection: c,
		Target: &interest.Target{ID: cid, Pending: interest.NewPending(), WantsOrigin: a.Resident != nil},
		Subs:   &c.subs, Out: &c.out, Counts: &c.counts,
		Echo: c.session.Options.Echo, Verbose: c.session.Options.Verbose, Seed: cid*0x9E3779B97F4A7C15 | 1,
	}
	if p != nil {
		c.server = newServer(p)
		c.server.compressed, _ = a.Conn.(*compression.Conn) // a hub that was dialed is ready
		c.pub.Target.SetServer(p.Kind, p.Face)
		c.session.Internal = true // it takes no client's place
		c.applyLimits()
		return c
	}
	c.applyLimits()
	if a.Resident != nil {
		c.source = a.Resident.Source
		return c
	}
	if who := c.session.Stranger(); who != nil {
		c.assume(who) // if it cannot, it has to say who it is
	}
	return c
}

// config is the settings in force.
func (c *connection) config() *settings.Settings { return c.Settings.Load() }

// log is the connection's logger. It is made when there is something to log:
// most connections never have anything to say.
func (c *connection) log() hclog.Logger {
	args := []any{"cid", c.cid(), "client", c.session.Link.Conn().RemoteAddr().String()}
	if c.server != nil {
		args = []any{"link", c.cid(), "server", c.session.Link.Conn().RemoteAddr().String(), "account", c.server.Account}
	}
	if name := c.session.Said().Name; name != "" {
		args = append(args, "name", name)
	}
	return c.Logger.With(args...)
}

// complain logs that something is wrong with the client.
func (c *connection) complain(cause string, args ...any) {
	if c.Allowed(hclog.Error, cause, c.Now()) {
		c.log().Error(cause, args...)
	}
}

// Receive handles the connection's messages. Each group of them is in the files that are named above it.
func (c *connection) Receive(ctx actor.Context) {
	defer c.confess()
	if a := c.aside; a != nil && a.lag != nil {
		a.lag = a.lag.Endure()
	}
	switch m := ctx.Message().(type) {

	// A batch, from the source to the commit: pipeline.go.
	case *transport.Received:
		c.receive()
	case *transport.Routed:
		c.commit()
		c.advance()
	case *session.Proved:
		c.proved(m)
	case *interest.FenceLeft:
		c.checkFence()
	case *fencePassed:
		c.goOnBehindFence()
	case *nextStep:
		c.nextStep()

	// What the client is to get: writing.go.
	case *outbox.Deliver:
		c.deliver(m)
	case *mailbox.Drained:
		c.flush(ctx)
	case *written:
		c.written(m.err)

	// What is asked about its subscriptions: forget.go, recall.go, move.go, link_state.go, errand.go.
	case *interest.Exhausted:
		c.Forget(m.Sub)
	case *partition.RecallSubscriptions:
		c.recall(m)
	case *Move:
		c.move(m)
	case *interest.StateTo:
		c.stateTo(m.Link)
	case *nextStatements:
		c.nextStatements(m)
	case *errand:
		c.run(m)

	// The beginning: start.go.
	case *actor.Started:
		c.start(ctx)
	case *transport.HandshakeDone:
		c.handshakeDone(m)
	case *transport.HandshakeFailed:
		c.handshakeFailed(m.Err)

	// In between: reload.go, tick.go, report.go.
	case *ApplySettings:
		c.applySettings(m)
	case *TellAgain:
		if slices.Contains(m.At, c.session.Endpoint) {
			c.informAgain(false)
		}
	case *tick:
		c.tick()
	case *Report:
		c.report(m)
	case *Count:
		c.count(m)
	case *lab.Order:
		m.Strike(&c.onTheSide().lag)
	case *lab.Probe:
		m.Answer <- true

	// A connection to a server: link.go.
	case *interest.Stated, *interest.Telling, supervisor.Node, *snapshotLate, *hastyOver, *peer.Judged, *Renew, *Retell:
		c.ofLink(ctx, m)
	case *Tell:
		c.sayLine(m.Line)

	// The end, and what is asked about one connection: closing.go, follow.go, flight.go.
	case *transport.Disconnected:
		c.disconnected(m.Err)
	case *CloseNow:
		c.close(m.Reason)
	case *GoElsewhere:
		c.sendAway(m)
	case *Follow:
		c.beFollowed(m)
	case *TellTrail:
		m.Lines <- c.trail()
		m.Answer <- nil
	case *Kick:
		c.close(report.Kicked)
		m.Answer <- nil
	case *pressure.EvictNow:
		c.evict(report.SlowConsumerPendingBytes)
	case *actor.Stopping:
		c.stop()
	case *actor.Stopped:
		c.box.Close(c.DeadLetter)
	}
}

// cid is the connection's number.
func (c *connection) cid() uint64 { return c.pub.Target.ID }

// self is the connection's address.
func (c *connection) self() *actor.PID { return c.pub.Target.PID }

// touch notes that the client did something. A PONG alone is an answer, not a
// doing: it is never in a batch.
func (c *connection) touch() { c.counts.Last = c.Now() }

// settle brings the broker's counters up to date.
func (c *connection) settle() {
	who, subs := stats.Client, c.subs.Len()
	switch {
	case c.server != nil:
		who, subs = stats.Server, c.server.counts()
	case c.session.Internal:
		who, subs = stats.Internal, 0
	}
	c.counts.Settle(c.Counters, c.session.Account.Counters(), subs, who)
}
