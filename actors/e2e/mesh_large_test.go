package e2e_test

import (
	"fmt"
	"os"
	"testing"
	"time"

	"github.com/nats-io/nats.go"
	"github.com/stretchr/testify/require"

	"github.com/troupe-mq/troupe/actors"
)

// TestMeshOfTen: ten brokers, of which each knows the first, have all of a route to each other, and know what each wants of ten
// thousand subjects. It says how long that took. It runs with the other meshes only, because it takes a while.
func TestMeshOfTen(t *testing.T) {
	if os.Getenv("TROUPE_ENGINE") == "" {
		t.Skip("TROUPE_ENGINE is not set")
	}
	const nodes, subjects, enough = 10, 10_000, time.Minute
	begun := time.Now()
	var all []*actors.Broker
	for i := range nodes {
		c := actors.Config{Host: "127.0.0.1", Port: -1, Partitions: 1, ServerName: fmt.Sprint("n", i), ClusterName: "C", Cluster: &actors.Cluster{Host: "127.0.0.1", Port: -1}}
		if i > 0 {
			c.Cluster.Routes = []string{all[0].ClusterAddr().String()}
		}
		all = append(all, startBroker(t, c))
	}
	for _, b := range all {
		require.Eventually(t, func() bool {
			c := b.ClusterState()
			connections, servers := c.Count()
			return servers == nodes-1 && connections == (nodes-1)*4 && len(c.Missing()) == 0
		}, enough, time.Millisecond)
	}
	t.Logf("%d nodes are a mesh after %v", nodes, time.Since(begun))
	begun = time.Now()
	for i, b := range all {
		nc := dialNode(t, &node{url: b.ClientURL()})
		for n := range subjects {
			_, err := nc.Subscribe(fmt.Sprintf("s.%d.%d", i, n), func(*nats.Msg) {})
			require.NoError(t, err)
		}
		require.NoError(t, nc.Flush())
	}
	for _, b := range all {
		require.Eventually(t, func() bool {
			n := 0
			for _, r := range b.Cluster(t.Context(), false).Routes {
				if r.Connection != nil && r.Account == "" {
					n += r.Connection.SubscriptionCount
				}
			}
			return n == (nodes-1)*subjects
		}, enough, 10*time.Millisecond)
	}
	t.Logf("each knows %d subjects of each other after %v", subjects, time.Since(begun))
}
