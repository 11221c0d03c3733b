package e2e_test

import (
	"fmt"
	"sync/atomic"
	"testing"
	"time"

	"github.com/nats-io/nats.go"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/troupe-mq/troupe/actors"
	"github.com/troupe-mq/troupe/actors/sys"
)

// node is a server of a mesh: a nats-server or a broker.
type node struct {
	name, url, routes string
	stop              func()
}

// natsNode is a nats-server in cluster C. conf is what its configuration says besides.
func natsNode(t *testing.T, name, seed, conf string) *node {
	t.Helper()
	clients := newAddress(t)
	n := &node{name: name, url: "nats://" + clients, routes: newAddress(t)}
	cluster := fmt.Sprintf("name: C, listen: %q", n.routes)
	if seed != "" {
		cluster += fmt.Sprintf(", routes: [ %q ]", "nats-route://"+seed)
	}
	n.stop = runNATS(t, fmt.Sprintf("listen: %q\nserver_name: %s\ncluster { %s }\n%s", clients, name, cluster, conf))
	return n
}

// troupeNode is a broker in cluster C.
func troupeNode(t *testing.T, name, seed string, c actors.Config) *node {
	t.Helper()
	c.Host, c.Port, c.Partitions, c.ServerName = "127.0.0.1", -1, 2, name
	c.ClusterName, c.Cluster = "C", &actors.Cluster{Host: "127.0.0.1", Port: -1}
	if seed != "" {
		c.Cluster.Routes = []string{seed}
	}
	b, err := actors.Start(t.Context(), c)
	require.NoError(t, err)
	require.NoError(t, sys.Start(t.Context(), b, sys.Config{}))
	n := &node{name: name, url: b.ClientURL(), routes: b.ClusterAddr().String(), stop: func() { _ = b.Stop(t.Context()) }}
	t.Cleanup(n.stop)
	return n
}

func dialNode(t *testing.T, n *node, o ...nats.Option) *nats.Conn {
	t.Helper()
	stay := func(o *nats.Options) error { o.IgnoreDiscoveredServers = true; return nil }
	nc, err := nats.Connect(n.url, append(o, stay, nats.RetryOnFailedConnect(true), nats.MaxReconnects(-1), nats.ReconnectWait(20*time.Millisecond))...)
	require.NoError(t, err)
	t.Cleanup(nc.Close)
	require.NoError(t, nc.FlushTimeout(10*time.Second))
	return nc
}

// TestMixedMesh: nats-servers and brokers form one mesh, in any order. A message from each node reaches each, once and in order;
// a request finds its service wherever that is; a queue group is all its members.
func TestMixedMesh(t *testing.T) {
	kinds := map[byte]func(*testing.T, string, string) *node{
		'N': func(t *testing.T, name, seed string) *node { return natsNode(t, name, seed, "") },
		'T': func(t *testing.T, name, seed string) *node { return troupeNode(t, name, seed, actors.Config{}) },
	}
	for _, kind := range []string{"NTT", "TNT", "TNN"} {
		t.Run(kind, func(t *testing.T) {
			var nodes []*node
			for i := range len(kind) {
				seed := ""
				if i > 0 {
					seed = nodes[0].routes
				}
				nodes = append(nodes, kinds[kind[i]](t, fmt.Sprintf("n%d", i), seed))
			}
			conns := make([]*nats.Conn, len(nodes))
			got := make([]chan *nats.Msg, len(nodes))
			var served [3]atomic.Int64
			for i, n := range nodes {
				conns[i], got[i] = dialNode(t, n, nats.UseOldRequestStyle()), make(chan *nats.Msg, 4096)
				_, err := conns[i].ChanSubscribe("all.>", got[i])
				require.NoError(t, err)
				_, err = conns[i].Subscribe(fmt.Sprintf("svc.%d", i), func(m *nats.Msg) { _ = m.Respond(m.Data) })
				require.NoError(t, err)
				_, err = conns[i].QueueSubscribe("job", "q", func(*nats.Msg) { served[i].Add(1) })
				require.NoError(t, err)
				require.NoError(t, conns[i].Flush())
			}
			for i := range nodes { // the mesh is there when each reaches each
				for j := range nodes {
					require.Eventually(t, func() bool {
						_, err := conns[i].Request(fmt.Sprintf("svc.%d", j), nil, 50*time.Millisecond)
						return err == nil
					}, 20*time.Second, 10*time.Millisecond, "%d to %d", i, j)
				}
			}
			const many = 500
			for i, c := range conns {
				for n := range many {
					require.NoError(t, c.Publish(fmt.Sprintf("all.%d.%d", i, n%7), fmt.Appendf(nil, "%d", n)))
					require.NoError(t, c.Publish("job", nil))
				}
				require.NoError(t, c.Flush())
			}
			for i := range nodes {
				next := make(map[string]int)
				for range many * len(nodes) {
					select {
					case m := <-got[i]:
						from := m.Subject[:len("all.0")]
						require.Equal(t, fmt.Sprint(next[from]), string(m.Data), "%s at %d", m.Subject, i)
						next[from]++
					case <-time.After(10 * time.Second):
						require.Fail(t, "messages are missing", "%v at %d", next, i)
					}
				}
			}
			require.Eventually(t, func() bool { return served[0].Load()+served[1].Load()+served[2].Load() == many*3 }, 10*time.Second, 10*time.Millisecond)
			for i := range served {
				assert.InDelta(t, many, served[i].Load(), 130, "node %d", i)
			}
			for i, c := range conns {
				for range 200 { // each with an inbox of its own
					_, err := c.Request(fmt.Sprintf("svc.%d", (i+1)%len(nodes)), []byte("x"), 5*time.Second)
					require.NoError(t, err)
				}
				_, err := c.Request("nobody", nil, 5*time.Second)
				require.ErrorIs(t, err, nats.ErrNoResponders, "node %d", i)
				assert.Empty(t, got[i], "once each")
			}
		})
	}
}
