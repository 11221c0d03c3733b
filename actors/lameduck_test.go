package actors_test

import (
	"context"
	"net"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/troupe-mq/troupe/actors"
	"github.com/troupe-mq/troupe/actors/actorstest"
	"github.com/troupe-mq/troupe/actors/report"
)

// connected is a client that understands INFO at any time, if protocol is 1.
func connected(t *testing.T, b *actorstest.Broker, protocol string) *actorstest.Client {
	t.Helper()
	c := b.Client(t)
	c.Send(`CONNECT {"verbose":false,"protocol":`+protocol+`}`, "PING")
	c.Expect("PONG")
	if protocol == "1" {
		assert.Contains(t, c.Line(), `"connect_info":true`)
	}
	return c
}

// duck begins lame duck mode.
func duck(t *testing.T, b *actorstest.Broker) (ended <-chan error) {
	t.Helper()
	over := make(chan error, 1)
	go func() { over <- b.LameDuck(context.WithoutCancel(t.Context())) }()
	actorstest.Advance(t, 0)
	return over
}

func TestLameDuck(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := actorstest.Start(t, actors.Config{LameDuckDuration: time.Minute, LameDuckGracePeriod: 5 * time.Second})
		modern, old, typing := connected(t, b, "1"), connected(t, b, "0"), b.Client(t)
		ended := duck(t, b)
		info := modern.Line()
		assert.Contains(t, info, `"ldm":true`)
		assert.NotContains(t, info, "connect_info")
		old.Fence()
		typing.Send(`CONNECT {"verbose":false,"protocol":1}`, "PING")
		typing.Expect("PONG")
		assert.Contains(t, typing.Line(), `"ldm":true`, "who is greeted later is told then")
		_, err := b.InProcessConn()
		require.ErrorIs(t, err, actors.ErrLameDuck)
		require.ErrorIs(t, b.LameDuck(t.Context()), actors.ErrLameDuck)

		actorstest.Advance(t, 4900*time.Millisecond)
		modern.Send("SUB a 1", "PUB a 1", "x")
		modern.Expect("PING", "MSG a 1 1", "x")
		assert.Empty(t, ended)
		actorstest.Advance(t, 200*time.Millisecond)
		assert.Equal(t, 2, b.Stats().Connections, "the first one is closed")
		actorstest.Advance(t, 2*time.Second)
		assert.Equal(t, 0, b.Stats().Connections, "a few are closed within seconds")
		require.NoError(t, <-ended)
		page, err := b.Connections(t.Context(), report.ConnectionQuery{State: report.ClosedConnections})
		require.NoError(t, err)
		for _, c := range page.Connections {
			assert.Equal(t, report.ServerShutdown, c.Reason)
		}
	})
}

func TestLameDuckWithoutClients(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := actorstest.Start(t, actors.Config{})
		require.NoError(t, b.LameDuck(t.Context()), "at once")
		require.NoError(t, b.Stop(t.Context()))
		require.ErrorIs(t, b.LameDuck(t.Context()), report.ErrStopped)
	})
}

// When all have gone there is nothing to wait for.
func TestLameDuckEndsWithItsLastClient(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := actorstest.Start(t, actors.Config{})
		c := connected(t, b, "1")
		ended := duck(t, b)
		assert.Empty(t, ended)
		c.Close()
		require.NoError(t, <-ended)
	})
}

func TestStopInLameDuckMode(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := actorstest.Start(t, actors.Config{})
		connected(t, b, "0")
		connected(t, b, "0")
		ended := duck(t, b)
		require.NoError(t, b.Stop(t.Context()))
		if err := <-ended; err != nil { // nil if it has seen the last client go first
			require.ErrorIs(t, err, report.ErrStopped)
		}
		b2 := actorstest.Start(t, actors.Config{})
		connected(t, b2, "0")
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		require.ErrorIs(t, b2.LameDuck(ctx), context.Canceled)
	})
}

func TestOrdersAboutOneConnection(t *testing.T) {
	b := actorstest.Start(t, actors.Config{})
	first, second := connected(t, b, "1"), connected(t, b, "0")
	page, err := b.Connections(t.Context(), report.ConnectionQuery{})
	require.NoError(t, err)
	one, two := page.Connections[0].CID, page.Connections[1].CID

	require.NoError(t, b.LameDuckConnection(t.Context(), one))
	assert.Contains(t, first.Line(), `"ldm":true`)
	first.Fence()
	require.ErrorIs(t, b.LameDuckConnection(t.Context(), two), report.ErrNotInformed)
	require.ErrorIs(t, b.LameDuckConnection(t.Context(), 99), report.ErrNoConnection)

	require.NoError(t, b.Kick(t.Context(), one))
	first.ExpectClosed()
	require.ErrorIs(t, b.Kick(t.Context(), 99), report.ErrNoConnection)
	second.Fence()
	require.Eventually(t, func() bool {
		page, err = b.Connections(t.Context(), report.ConnectionQuery{State: report.ClosedConnections})
		return err == nil && len(page.Connections) == 1 && page.Connections[0].Reason == report.Kicked
	}, time.Minute, time.Millisecond)
}

// TestSpokesOfALameDuck: nobody new comes as a leaf node, also not who is in the middle of that; those that are there stay, for
// clients do until they go elsewhere.
func TestSpokesOfALameDuck(t *testing.T) {
	c := open()
	c.WebSocket = &actors.WebSocket{Host: "127.0.0.1", Port: -1, NoTLS: true}
	broker := actorstest.Start(t, c)
	there, _ := attach(t, broker, "L")
	half := dialSpoke(t, broker)
	a := connected(t, broker, "1")
	a.Send("SUB x 1")
	a.Fence()
	go func() { _ = broker.LameDuck(context.WithoutCancel(t.Context())) }()
	for !strings.Contains(a.Line(), `"ldm":true`) {
	}
	for _, at := range []net.Addr{broker.LeafNodeAddr(), broker.WebSocketAddr()} {
		_, err := net.Dial("tcp", at.String())
		require.Error(t, err)
	}
	half.introduce("H")
	assert.Equal(t, "-ERR 'Server Shutdown'\r\n", half.gone())
	there.until("LS+ x")
	there.send("LMSG x 1", "m", "")
	for a.Line() != "MSG x 1 1" {
	}
	assert.Len(t, broker.LeafNodes(t.Context(), false), 1)
}
