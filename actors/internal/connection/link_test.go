package connection

import (
	"net"
	"strings"
	"testing"

	"github.com/asynkron/protoactor-go/actor"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/troupe-mq/troupe/actors/access"
	"github.com/troupe-mq/troupe/actors/internal/host"
	"github.com/troupe-mq/troupe/actors/internal/interest"
	"github.com/troupe-mq/troupe/actors/internal/peer"
	"github.com/troupe-mq/troupe/actors/internal/transport"
	"github.com/troupe-mq/troupe/wire"
	"github.com/troupe-mq/troupe/wire/link"
)

// newLink is a connection to a hub whose source is a script, and that is not started.
func newLink(tb testing.TB, v *Env, id uint64) *connection {
	tb.Helper()
	near, far := net.Pipe()
	tb.Cleanup(func() { near.Close(); far.Close() })
	at := transport.NewEndpoint(transport.KindLeaf)
	at.Announce(&wire.Info{}, nil)
	plain, headers := link.Leaf.Heads("")
	p := &peer.Peer{
		Kind: interest.Hub, Account: access.GlobalAccount, MaxInterest: 2,
		Face: &interest.Face{Plain: plain, Headers: headers, MaxPayload: 1 << 20},
	}
	c := newConnection(v, id, &transport.Arrival{Conn: near, Endpoint: at}, p)
	s := &script{resumed: make(chan struct{}, 2), routed: make(chan struct{}, 2)}
	s.Start(nil, &c.in)
	c.source = s
	require.True(tb, c.assume(&access.Identity{Account: access.GlobalAccount}))
	c.connected = true
	c.pub.Verbose, c.pub.NoResponders, c.pub.Echo = false, false, false
	c.pub.Target.Headers.Store(true)
	return c
}

// TestGreedyHub: a server may want so many patterns and not one more.
func TestGreedyHub(t *testing.T) {
	c := newLink(t, newEnv(t, 2), 1)
	s := c.source.(*script)
	s.read([]byte("LS+ a\r\nLS+ b\r\nLS+ a\r\nLS- b\r\nLS+ c\r\n"))
	c.receive()
	assert.Nil(t, c.fatal)
	assert.Equal(t, 2, c.subs.Len())
	s.read([]byte("LS+ d\r\n"))
	require.True(t, c.collectLink())
	assert.Equal(t, wire.ErrMaxInterest, c.fatal)
}

// TestPongBehindInterest: a server that asks is answered when it has been told all that is wanted here.
func TestPongBehindInterest(t *testing.T) {
	c := newLink(t, newEnv(t, 2), 1)
	s := c.server
	s.link = &interest.Link{}
	written := func() (text string) {
		for _, d := range c.out.Queue {
			text += string(d.Bytes)
		}
		return text
	}
	c.source.(*script).read([]byte("PING\r\nLS+ a\r\nPING\r\n"))
	c.receive()
	assert.Equal(t, 1, c.subs.Len())
	assert.Empty(t, written())
	c.ofLink(nil, &snapshotLate{})
	assert.Equal(t, "PING\r\nPONG\r\nPONG\r\n", written())
	c.source.(*script).read([]byte("PING\r\n"))
	c.receive()
	assert.Equal(t, "PING\r\nPONG\r\nPONG\r\nPONG\r\n", written())
}

// TestLinkAllocations: messages that go over a link, and those that come, allocate nothing.
func TestLinkAllocations(t *testing.T) {
	if raced {
		t.Skip("the race detector allocates")
	}
	v := newEnv(t, 2)
	b := &bench{c: newClient(t, v, 1000), text: []byte(strings.Repeat("PUB foo.bar 2\r\nhi\r\n", 64))}
	hub := newLink(t, v, 2000)
	hub.pub.Target.PID = v.System.Root.Spawn(actor.PropsFromFunc(b.sink, host.Mailbox()...))
	b.feed(hub, []byte("LS+ foo.bar\r\nLS+ foo.*\r\n"))
	b.run()
	require.Equal(t, 64, b.got, "once each, though two patterns match")
	assert.Less(t, testing.AllocsPerRun(100, b.run), 1.0)

	in := &bench{c: newLink(t, v, 3000), text: []byte(strings.Repeat("LMSG near.x r 2\r\nhi\r\n", 64))}
	near := newClient(t, v, 4000)
	near.pub.Target.PID = v.System.Root.Spawn(actor.PropsFromFunc(in.sink, host.Mailbox()...))
	in.feed(near, []byte("SUB near.> 1\r\n"))
	in.run()
	require.Equal(t, 64, in.got)
	assert.Less(t, testing.AllocsPerRun(100, in.run), 1.0)
}
