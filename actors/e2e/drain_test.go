package e2e_test

import (
	"sync/atomic"
	"testing"

	"github.com/nats-io/nats.go"
	"github.com/stretchr/testify/require"
)

// TestDrainConnection: members of a group leave by draining while it is at work,
// and no message gets lost or done twice.
func TestDrainConnection(t *testing.T) {
	everywhere(t, func(t *testing.T, s site) {
		const n, members = 5000, 6
		var seen [n]atomic.Int32
		var total atomic.Int32
		closed := make(chan struct{}, members)
		conns := make([]*nats.Conn, members)
		for i := range conns {
			conns[i] = s.connect(t, nats.ClosedHandler(func(*nats.Conn) { closed <- struct{}{} }))
			_, err := conns[i].QueueSubscribe("work", "g", func(m *nats.Msg) {
				seen[number(m)].Add(1)
				total.Add(1)
			})
			require.NoError(t, err)
			require.NoError(t, conns[i].Flush())
		}
		nc := s.connect(t)
		for i := range n {
			if i%1000 == 999 {
				require.NoError(t, conns[i/1000].Drain())
			}
			require.NoError(t, nc.Publish("work", []byte{byte(i >> 8), byte(i)}))
		}
		require.NoError(t, nc.Flush())
		for range n / 1000 {
			<-closed
		}
		require.Eventually(t, func() bool { return total.Load() >= n }, patience, soon, "the last one does the rest")
		for i := range seen {
			require.EqualValues(t, 1, seen[i].Load(), "message %d", i)
		}
	})
}
