package actors_test

import (
	"errors"
	"net"
	"testing"
	"time"

	"github.com/asynkron/protoactor-go/actor"
	"github.com/nats-io/nats.go"
	"github.com/stretchr/testify/require"

	"github.com/troupe-mq/troupe/actors"
	"github.com/troupe-mq/troupe/supervisor"
)

// fail has a listener fail, as it does when nothing more can be accepted.
func fail(t *testing.T, b *actors.Broker, name string, cause error) {
	t.Helper()
	group := b.System().NewLocalPID("troupe/listeners")
	p, ok := b.System().ProcessRegistry.Get(group)
	require.True(t, ok)
	p.SendSystemMessage(group, &actor.Failure{
		Who: b.System().NewLocalPID("troupe/listeners/" + name), Reason: supervisor.Fail(cause), RestartStats: actor.NewRestartStatistics(), Message: "accept",
	})
}

// greets reports whether the broker's port is open and says INFO.
func greets(b *actors.Broker) bool {
	nc, err := net.DialTimeout("tcp", b.Addr().String(), time.Second)
	if err != nil {
		return false
	}
	defer nc.Close()
	_ = nc.SetReadDeadline(time.Now().Add(time.Second))
	n, _ := nc.Read(make([]byte, 16))
	return n > 0
}

// restarts is how often a listener has been started again.
func restarts(t *testing.T, b *actors.Broker, name string) (n int) {
	t.Helper()
	events, err := b.History(t.Context(), 0)
	require.NoError(t, err)
	for _, e := range events {
		if e.Path == "troupe/listeners/"+name && e.What == supervisor.Restarted {
			n++
		}
	}
	return n
}

func TestFailedListenerOpensItsPortAgain(t *testing.T) {
	b := watched(t, actors.Config{})
	require.True(t, greets(b))
	fail(t, b, "clients", errors.New("no more descriptors"))
	eventually(t, "it is started again", func() bool { return restarts(t, b, "clients") == 1 })
	eventually(t, "its port is open", func() bool { return greets(b) })
	require.NoError(t, b.Err())
}

func TestBrokerStopsWhenItsListenerCannotBeKept(t *testing.T) {
	b := watched(t, actors.Config{})
	cause := errors.New("the network is gone")
	for n := range 5 {
		fail(t, b, "clients", cause)
		eventually(t, "it is started again", func() bool { return restarts(t, b, "clients") == n+1 })
	}
	require.NoError(t, b.Healthy(t.Context()))
	require.NoError(t, b.Err())
	fail(t, b, "clients", cause)
	select {
	case <-b.Done():
	case <-time.After(time.Minute):
		t.Fatal("it goes on without a port")
	}
	require.ErrorIs(t, b.Err(), cause)
	require.False(t, greets(b))
}

// A listener that fails is opened again at the same place, and those whom it has
// let in do not notice.
func TestListenersAreOpenedAgain(t *testing.T) {
	path := socketPath(t)
	b := watched(t, actors.Config{UnixSocket: path, WebSocket: &actors.WebSocket{Port: -1, NoTLS: true}})
	url, web := b.ClientURL(), "ws://"+b.WebSocketAddr().String()
	before, err := nats.Connect(url, nats.NoReconnect())
	require.NoError(t, err)
	defer before.Close()
	page := dialWeb(t, web)
	for name, way := range map[string]struct {
		url     string
		options []nats.Option
	}{
		"clients":   {url, nil},
		"unix":      {url, []nats.Option{nats.SetCustomDialer(toSocket{path})}},
		"websocket": {web, nil},
	} {
		fail(t, b, name, net.ErrClosed)
		eventually(t, name+" is started again", func() bool { return restarts(t, b, name) == 1 })
		eventually(t, name+" lets clients in", func() bool {
			nc, err := nats.Connect(way.url, way.options...)
			if err == nil {
				nc.Close()
			}
			return err == nil
		})
		talk(t, way.url, way.options...)
	}
	require.NoError(t, before.Flush())
	page.send("PING\r\n")
	page.until("PONG\r\n")
}
