package actors

import (
	"net"
	"time"

	"github.com/asynkron/protoactor-go/actor"
	"github.com/hashicorp/go-hclog"

	"github.com/troupe-mq/troupe/actors/access"
	"github.com/troupe-mq/troupe/actors/mailbox"
	"github.com/troupe-mq/troupe/wire"
)

// connection is the actor of one client. It parses what its reader brought into
// batches, commits them when they are routed, and writes what others deliver.
// It owns its subscriptions: what the partitions hold is derived from them.
type connection struct {
	*hub
	box   *mailbox.Mailbox
	cid   uint64
	to    *target
	link  link
	door  *door
	under *settings // those that it has judged its client by

	in     input
	turns  chan turn // nil if the client is an actor: see actorTurn
	parser wire.Parser
	batch  *batch      // the one in flight, nil if none
	packer *packer     // the one of the commit under way, nil if none
	behind *jam        // what the last commit ran into, nil if nothing
	fatal  *wire.Error // found behind what is in flight: to be said after its commit
	out    outbox

	options wire.Connect
	subs    sidTable
	replies *subscription // where its last request without responders was answered: clients use one inbox

	who       *access.Identity  // whom the client is, nil until it is known
	world     *account          // the account that it is in, as it is configured now; nil before it has come in
	self      *Origin           // what others are told of it; nil until somebody asks
	publisher *access.Publisher // remembers what it may publish; nil without rights
	permits   *access.Permits   // the replies it may send; nil if it needs no permits
	nonce     string            // what an nkey is to sign
	proving   *proof            // a CONNECT whose secret is being checked; nothing is parsed meanwhile

	started  time.Time
	clock    clock
	pressure pressure
	stats    connectionStats
	tally    tally
	seq      uint64 // counts what taps were told; not while there is none
	seed     uint64

	reason    CloseReason       // why it is closing
	past      *ConnectionReport // as it was when it began to close
	connected bool              // the client has sent CONNECT
	greeted   bool              // it has then sent PING: it may be sent INFO again
	leaving   bool              // nothing more is read; the outbox is still written
	deaf      bool              // there is no reader, or no more
	waiting   bool              // the client is at the door: the reader talks with it
	tracing   bool              // its protocol is logged
	yielded   bool              // it goes because its account is too full, and is not counted there any more
	internal  bool              // it is a part of the broker: see Membership
	guest     bool              // its client comes from outside, and has one of the places that there are
	lag       *lag              // nil but in the lab
}

func newConnection(h *hub, box *mailbox.Mailbox, cid uint64, nc net.Conn, at *door) *connection {
	c := &connection{
		hub:     h,
		box:     box,
		cid:     cid,
		to:      &target{id: cid},
		link:    linkOf(nc),
		door:    at,
		turns:   make(chan turn, 2),
		options: wire.DefaultConnect(),
		under:   h.settings.Load(),

		internal: isInternal(nc),
	}
	c.heed(&c.under.config)
	c.pressure.policy = c.under.config.Overrun
	if _, ok := c.link.(*hatch); ok {
		c.turns, c.to.wantsOrigin = nil, true
		return c
	}
	if who := c.under.gate.Stranger(c.kind(), at.face.Load().mapped); who != nil {
		c.assume(who) // if it cannot, it has to say who it is
	}
	if c.under.gate.Challenges() {
		c.nonce = newNonce()
	}
	return c
}

// log is the connection's logger. It is made when there is something to log:
// most connections never have anything to say.
func (c *connection) log() hclog.Logger {
	args := []any{"cid", c.cid, "client", c.link.conn().RemoteAddr().String()}
	if c.options.Name != "" {
		args = append(args, "name", c.options.Name)
	}
	return c.logger.With(args...)
}

// Receive handles the connection's messages.
func (c *connection) Receive(ctx actor.Context) {
	if c.lag != nil {
		c.lag = c.lag.endure()
	}
	switch m := ctx.Message().(type) {
	case *received:
		c.advance()
	case *routed:
		c.commit()
		c.advance()
	case *spoken:
		c.hear()
	case *rested:
		c.listen()
	case *proved:
		c.proved(m)
	case *fenceLeft:
		c.passFence()
	case *fencePassed:
		c.resume()
	case *deliver:
		c.deliver(m)
	case *mailbox.Drained:
		c.flush(ctx)
	case *written:
		c.written(m.err)
	case *exhausted:
		c.forget(m.sub)
	case *tick:
		c.tick()
	case *recallSubscriptions:
		c.recallSubscriptions(ctx, m.partition)
	case *fault:
		m.strike(&c.lag)
	case *probe:
		m.answer <- true
	case *evictNow:
		c.evict(SlowConsumerPendingBytes)
	case *entered:
		c.enter(m)
	case *barred:
		c.bar(m.err)
	case *disconnected:
		c.disconnected(m.err)
	case *closeNow:
		c.close(m.reason)
	case *reconsider:
		c.reconsider(m.surplus)
		m.done <- true
	case *goElsewhere:
		c.sendAway(m)
	case *kick:
		c.close(Kicked)
		m.answer <- nil
	case *actor.Started:
		c.start(ctx)
	case *report:
		c.report(m)
	case *actor.Stopping:
		c.stop()
	case *actor.Stopped:
		c.box.Close(c.unheard)
	}
}

// start greets the client and begins to read.
func (c *connection) start(ctx actor.Context) {
	c.to.pid = ctx.Self()
	c.started = c.now()
	c.seed = c.cid*0x9E3779B97F4A7C15 | 1
	if h, ok := c.link.(*hatch); ok {
		c.admitActor(h)
		c.reconsider(false)
		return
	}
	r := &reader{system: c.system, pid: ctx.Self(), link: c.link, in: &c.in, turns: c.turns}
	c.tell(KindConnected, "")
	if f := c.door.face.Load(); f.guard != nil && c.door.kind != kindWebSocket && c.guest {
		r.arrival = c.knock(f)
	} else {
		c.greet()
	}
	c.reconsider(false) // there may have been a reload since the connection was made
	c.spawn("reader", r.run)
}

// greet begins to talk with a client, if only to say that there is no room.
func (c *connection) greet() {
	c.sendInfo(false)
	if c.guest {
		c.startClock()
	} else {
		c.refuse(wire.ErrMaxConnections)
	}
}

// touch notes that the client did something. A PONG alone is an answer, not a
// doing: it is never in a batch.
func (c *connection) touch() { c.stats.last = c.now() }

// random is a number below n. It decides only which member of a queue group
// gets a message.
func (c *connection) random(n int) int {
	c.seed ^= c.seed << 13
	c.seed ^= c.seed >> 7
	c.seed ^= c.seed << 17
	return int(uint64(uint32(c.seed)) * uint64(n) >> 32)
}
