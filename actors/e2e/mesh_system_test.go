package e2e_test

import (
	"testing"
	"time"

	"github.com/nats-io/nats.go"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// TestSubscribersOfMixedMesh: a nats-server and a broker count the subscriptions of both. A nats-server that has nobody is waited for,
// and is not missed.
func TestSubscribersOfMixedMesh(t *testing.T) {
	n := natsNode(t, "n", "")
	b := troupeNode(t, "t", n.routes)
	empty := natsNode(t, "empty", b.routes)
	subscribe := func(nc *nats.Conn, subjects ...string) {
		for _, s := range subjects {
			_, err := nc.QueueSubscribe(s, "q", func(*nats.Msg) {})
			require.NoError(t, err)
			_, err = nc.SubscribeSync(s)
			require.NoError(t, err)
		}
		require.NoError(t, nc.Flush())
	}
	there, here := dialNode(t, n), dialNode(t, b)
	subscribe(there, "x.1", "y")
	subscribe(here, "x.1", "x.*")
	count := func(nc *nats.Conn, what string) string {
		m, err := nc.Request("$SYS.DEBUG.SUBSCRIBERS", []byte(what), patience)
		require.NoError(t, err)
		return string(m.Data)
	}
	for what, want := range map[string]string{"x.1": "6", "x.1 q": "3", "x.*": "6", "y": "2"} {
		for _, nc := range []*nats.Conn{there, here} {
			require.Eventually(t, func() bool { return count(nc, what) == want }, patience, 10*time.Millisecond, "%s at %s", what, nc.ConnectedServerName())
		}
	}
	assert.Equal(t, "0", count(dialNode(t, empty), "z"))
}
