package connection

import (
	"net"
	"net/netip"
	"testing"

	"github.com/asynkron/protoactor-go/actor"
	"github.com/hashicorp/go-hclog"
	"github.com/stretchr/testify/require"

	"github.com/troupe-mq/troupe/actors/access"
	"github.com/troupe-mq/troupe/actors/internal/account"
	"github.com/troupe-mq/troupe/actors/internal/commit"
	"github.com/troupe-mq/troupe/actors/internal/feed"
	"github.com/troupe-mq/troupe/actors/internal/host"
	"github.com/troupe-mq/troupe/actors/internal/inbound"
	"github.com/troupe-mq/troupe/actors/internal/outbox"
	"github.com/troupe-mq/troupe/actors/internal/partition"
	"github.com/troupe-mq/troupe/actors/internal/pressure"
	"github.com/troupe-mq/troupe/actors/internal/session"
	"github.com/troupe-mq/troupe/actors/internal/settings"
	"github.com/troupe-mq/troupe/actors/internal/stats"
	"github.com/troupe-mq/troupe/actors/internal/steps"
	"github.com/troupe-mq/troupe/actors/internal/transport"
	"github.com/troupe-mq/troupe/actors/report"
	"github.com/troupe-mq/troupe/supervisor"
	"github.com/troupe-mq/troupe/wire"
)

// newEnv is what connections have in common in a broker that is nothing but its
// partitions.
func newEnv(tb testing.TB, partitions int) *Env {
	tb.Helper()
	h := host.New(hclog.NewNullLogger(), func(supervisor.Event) {})
	tb.Cleanup(h.System.Shutdown)
	policy := &access.Policy{}
	gate, err := access.New(*policy)
	require.NoError(tb, err)
	v := &Env{
		Env: commit.Env{Host: h, Budget: &pressure.Budget{Host: h}, Counters: new(stats.Counters)}, Settings: new(settings.InForce),
		Taps: &feed.Set{Host: h}, Proofs: session.NewProofs(h, 1), Turns: steps.NewTurns(), Left: func(netip.Addr, bool, bool) {},
	}
	v.Budget.SetLimit(1 << 30)
	v.Settings.Store(&settings.Settings{
		Values: settings.Values{MaxControlLine: 4 << 10, MaxPayload: 1 << 20, MaxPending: 64 << 20},
		Policy: policy, Gate: gate, Accounts: account.NewSet(policy, nil),
	})
	layout := partition.NewLayout(h, partitions, nil)
	v.Links = layout.Links
	for i := range partitions {
		left := &partition.State{Number: i}
		layout.PIDs[i] = h.System.Root.Spawn(actor.PropsFromProducer(func() actor.Actor {
			return partition.New(h, left, layout, 1)
		}, host.Mailbox()...))
	}
	v.Partitions.Store(layout)
	return v
}

// script is a source that the test plays itself: it puts text into the input, and is
// told when that is parsed, or routed.
type script struct {
	in      *inbound.Input
	resumed chan struct{}
	routed  chan struct{}
	yielded int // times
}

func (s *script) Start(_ *actor.PID, in *inbound.Input) { s.in = in }

func (s *script) Take() (some, over bool) { return true, false }

func (s *script) Resume(transport.Pause) { s.resumed <- struct{}{} }

func (s *script) Yield() { s.yielded++ }

func (s *script) Routed() { s.routed <- struct{}{} }

func (s *script) Stop(report.CloseReason) {}

// read is what a read does: it puts text behind what is not parsed yet.
func (s *script) read(text []byte) {
	if s.in.R == s.in.W {
		s.in.R, s.in.W = 0, 0
	}
	for len(s.in.Buf)-s.in.W < len(text) {
		s.in.Buf = append(s.in.Buf, make([]byte, 64<<10)...)
	}
	s.in.W += copy(s.in.Buf[s.in.W:], text)
}

// bench is a connection without a transport, and others that throw away what
// they get: what happens between a read and the writes, and nothing else.
type bench struct {
	c    *connection
	text []byte
	got  int // messages
}

// newClient is a connection whose source is a script, and that is not started.
func newClient(tb testing.TB, v *Env, cid uint64) *connection {
	tb.Helper()
	near, far := net.Pipe()
	tb.Cleanup(func() { near.Close(); far.Close() })
	at := transport.NewEndpoint(transport.KindNATS)
	at.Announce(&wire.Info{}, nil)
	c := newConnection(v, cid, &transport.Arrival{Conn: near, Endpoint: at}, nil)
	s := &script{resumed: make(chan struct{}, 2), routed: make(chan struct{}, 2)}
	s.Start(nil, &c.in)
	c.source = s
	c.pub.Verbose, c.session.Options.Verbose, c.session.Options.Pedantic = false, false, false
	return c
}

// sink takes deliveries for one target.
func (b *bench) sink(ctx actor.Context) {
	if d, ok := ctx.Message().(*outbox.Deliver); ok {
		b.got += d.Messages
		d.Recycle()
	}
}

func newBench(tb testing.TB, subscribers int, text string) *bench {
	tb.Helper()
	v := newEnv(tb, 2)
	b := &bench{c: newClient(tb, v, 1000), text: []byte(text)}
	for i := range subscribers {
		other := newClient(tb, v, uint64(2000+i))
		other.pub.Target.PID = v.System.Root.Spawn(actor.PropsFromFunc(b.sink, host.Mailbox()...))
		b.feed(other, []byte("SUB foo.bar 1\r\n"))
	}
	return b
}

// feed is one read. A partition that sweeps meanwhile routes on another goroutine.
func (b *bench) feed(c *connection, text []byte) {
	s := c.source.(*script)
	s.read(text)
	for turns := s.yielded; ; turns = s.yielded {
		if c.receive(); s.yielded == turns {
			break
		}
	}
	for {
		select {
		case <-s.resumed:
			return
		case <-s.routed:
			c.commit()
			c.advance()
		}
	}
}

func (b *bench) run() { b.feed(b.c, b.text) }
