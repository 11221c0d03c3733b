package e2e_test

import (
	"fmt"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/nats-io/nats.go"
	"github.com/stretchr/testify/require"

	"github.com/troupe-mq/troupe/actors"
	"github.com/troupe-mq/troupe/actors/report"
)

func TestDrainSubscription(t *testing.T) {
	everywhere(t, func(t *testing.T, s site) {
		nc, drained := s.connect(t), s.connect(t)
		const n = 5000
		var got atomic.Int32
		sub, err := drained.Subscribe("d", func(*nats.Msg) { got.Add(1) })
		require.NoError(t, err)
		require.NoError(t, drained.Flush())
		for range n {
			require.NoError(t, nc.Publish("d", []byte("water")))
		}
		require.NoError(t, nc.Flush(), "from here on, all of it is queued for the subscriber")
		closed := sub.StatusChanged(nats.SubscriptionClosed)
		require.NoError(t, sub.Drain())
		select {
		case <-closed:
		case <-time.After(patience):
			require.Fail(t, "the subscription does not end")
		}
		require.EqualValues(t, n, got.Load())
		require.NoError(t, drained.Flush(), "the connection goes on")
	})
}

func TestReconnect(t *testing.T) {
	p := startProgram(t)
	reconnected, lost := make(chan struct{}, 1), make(chan struct{}, 1)
	nc := p.site().connect(t,
		nats.MaxReconnects(-1), nats.ReconnectWait(10*time.Millisecond), nats.ReconnectJitter(0, 0),
		nats.DisconnectErrHandler(func(*nats.Conn, error) { lost <- struct{}{} }),
		nats.ReconnectHandler(func(*nats.Conn) { reconnected <- struct{}{} }))
	sub, err := nc.SubscribeSync("again.*")
	require.NoError(t, err)
	queue, err := nc.QueueSubscribeSync("again.>", "q")
	require.NoError(t, err)
	require.NoError(t, nc.Flush())
	before := nc.ConnectedServerId()
	for round := range 3 {
		p.stop()
		<-lost
		require.NoError(t, nc.Publish("again.1", fmt.Append(nil, round)), "kept until there is a broker")
		p.start()
		<-reconnected
		require.Equal(t, fmt.Sprint(round), string(next(t, sub).Data))
		require.Equal(t, fmt.Sprint(round), string(next(t, queue).Data))
		other := p.site().connect(t)
		require.NoError(t, other.Publish("again.2", []byte("others too")))
		require.Equal(t, "others too", string(next(t, sub).Data))
		require.Equal(t, "others too", string(next(t, queue).Data))
		other.Close()
	}
	require.EqualValues(t, 3, nc.Stats().Reconnects)
	require.NotEqual(t, before, nc.ConnectedServerId())
}

func TestCredentials(t *testing.T) {
	for name, c := range map[string]struct {
		flags     []string
		good, bad []nats.Option
	}{
		"token": {
			[]string{"--auth", "s3cr3t"},
			[]nats.Option{nats.Token("s3cr3t")},
			[]nats.Option{nats.Token("secret"), nats.UserInfo("s3cr3t", ""), nats.Token("")},
		},
		"user": {
			[]string{"--user", "joe", "--pass", "pw"},
			[]nats.Option{nats.UserInfo("joe", "pw")},
			[]nats.Option{nats.UserInfo("joe", "wp"), nats.UserInfo("jo", "pw"), nats.UserInfo("joe", ""), nats.Token("pw"), nats.Token("")},
		},
	} {
		t.Run(name, func(t *testing.T) {
			s := startProgram(t, c.flags...).site()
			for _, option := range c.bad {
				_, err := s.dial(option)
				require.ErrorIs(t, err, nats.ErrAuthorization)
			}
			for _, option := range c.good {
				nc := s.connect(t, option)
				sub, err := nc.SubscribeSync("a")
				require.NoError(t, err)
				require.NoError(t, nc.Publish("a", []byte("in")))
				require.Equal(t, "in", string(next(t, sub).Data))
			}
			c, err := openRaw(s.addr, "PING\r\n")
			require.NoError(t, err)
			defer c.close()
			require.Contains(t, c.info, `"auth_required":true`)
			_, line, err := c.next()
			require.NoError(t, err)
			require.Equal(t, "-ERR 'Authorization Violation'", line)
			_, _, err = c.next()
			require.Error(t, err, "closed")
		})
	}
}

// TestMaxPayload: the broker itself refuses what is too large, by the size alone.
func TestMaxPayload(t *testing.T) {
	overSockets(t, func(t *testing.T, addr string) {
		c, other := dialRaw(t, addr), dialRaw(t, addr)
		_, err := other.barrier("SUB > 1\r\n")
		require.NoError(t, err)
		most := strings.Repeat("x", 1<<20)
		_, err = c.barrier(pub("fits", most))
		require.NoError(t, err)
		require.NoError(t, c.send("PUB too.large 1048577\r\n"))
		_, line, err := c.next()
		require.NoError(t, err)
		require.Equal(t, "-ERR 'Maximum Payload Violation'", line)
		_, _, err = c.next()
		require.Error(t, err, "closed")
		got, err := other.barrier("")
		require.NoError(t, err)
		require.Len(t, got, 1)
		require.Equal(t, "fits", got[0].subject)
		require.True(t, got[0].body == most, "a mebibyte") //nolint:testifylint // not to be printed
	})
}

// TestInProcess: what only a broker of one's own process can be asked.
func TestInProcess(t *testing.T) {
	b := startBroker(t, actors.Config{NoListen: true, Token: "t"})
	require.Nil(t, b.Addr())
	require.Empty(t, b.ClientURL())
	s := site{option: nats.InProcessServer(b)}
	_, err := s.dial()
	require.ErrorIs(t, err, nats.ErrAuthorization)
	nc := s.connect(t, nats.Token("t"))
	require.Equal(t, b.ServerID(), nc.ConnectedServerId())
	require.NoError(t, b.Stop(t.Context()))
	require.Eventually(t, nc.IsClosed, patience, soon)
	_, err = b.InProcessConn()
	require.ErrorIs(t, err, report.ErrStopped)
	require.ErrorIs(t, b.Stop(t.Context()), report.ErrStopped)
	require.NoError(t, b.Err())
	<-b.Done()
}
