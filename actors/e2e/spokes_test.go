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
)

// plan is a server that is to be: it may be in cluster C, whose seed it knows, or the leaf node of another server.
type plan struct {
	name, seed string
	hub        string // where the one is whose leaf node it is
	dialed     bool   // it is a leaf node, and its hub dials it
	leaf       string // where the one is that it dials as its hub
}

// place is a server that is there.
type place struct{ url, routes, leafs string }

// natsPlace is a nats-server.
func natsPlace(t *testing.T, p plan) place {
	t.Helper()
	clients := newAddress(t)
	s := place{url: "nats://" + clients, routes: newAddress(t), leafs: newAddress(t)}
	conf := fmt.Sprintf("listen: %q\nserver_name: %s\n", clients, p.name)
	remotes := ""
	if at := p.hub + p.leaf; at != "" {
		remotes = fmt.Sprintf("reconnect: 20ms, remotes [ { url: %q, hub: %t } ]", "nats-leaf://"+at, p.leaf != "")
	}
	if p.hub != "" {
		conf += "leafnodes { " + remotes + " }\n"
	} else {
		conf += fmt.Sprintf("leafnodes { listen: %q, %s }\n", s.leafs, remotes)
	}
	if p.hub == "" && !p.dialed {
		conf += fmt.Sprintf("cluster { name: C, listen: %q, routes: [ %q ] }\n", s.routes, "nats-route://"+p.seed)
	}
	runNATS(t, conf)
	return s
}

// troupePlace is a broker.
func troupePlace(t *testing.T, p plan) place {
	t.Helper()
	c := actors.Config{Host: "127.0.0.1", Port: -1, Partitions: 2, ServerName: p.name}
	c.LeafNodes = &actors.LeafNodes{}
	if at := p.hub + p.leaf; at != "" {
		c.LeafNodes.Remotes = []actors.Remote{{URLs: []string{at}, Hub: p.leaf != ""}}
	}
	if p.hub == "" {
		c.LeafNodes.Listen = &actors.LeafPort{Host: "127.0.0.1", Port: -1}
	}
	if p.hub == "" && !p.dialed {
		c.ClusterName, c.Cluster = "C", &actors.Cluster{Host: "127.0.0.1", Port: -1}
		if p.seed != "" {
			c.Cluster.Routes = []string{p.seed}
		}
	}
	b, err := actors.Start(t.Context(), c)
	require.NoError(t, err)
	t.Cleanup(func() { _ = b.Stop(t.Context()) })
	s := place{url: b.ClientURL()}
	if p.hub == "" {
		s.leafs = b.LeafNodeAddr().String()
	}
	if c.Cluster != nil {
		s.routes = b.ClusterAddr().String()
	}
	return s
}

// TestLeafNodesOfACluster: two servers of a cluster with a leaf node each, of any kind, which dials or is dialed. A message from each reaches each, once and
// in order; a request finds its service wherever that is; one member of a queue group gets a message, and a near one if there is any.
func TestLeafNodesOfACluster(t *testing.T) {
	kinds := map[byte]func(*testing.T, plan) place{'N': natsPlace, 'T': troupePlace}
	// hub, hub, leaf of the first, leaf of the second, and whether the hubs dial these
	for _, kind := range []string{"TTTT", "TTNN", "TNNT", "NTTN", "TTTT dial", "TTNN dial", "TNNT dial", "NTTN dial"} {
		t.Run(kind, func(t *testing.T) {
			all := make([]place, 4)
			order := []int{0, 1, 2, 3}
			dial := len(kind) > len(all)
			if dial {
				order = []int{2, 3, 0, 1}
			}
			for _, i := range order {
				p := plan{name: fmt.Sprintf("s%d", i), dialed: dial && i >= 2}
				if i == 1 {
					p.seed = all[0].routes
				}
				if !dial && i >= 2 {
					p.hub = all[i-2].leafs
				} else if dial && i < 2 {
					p.leaf = all[i+2].leafs
				}
				all[i] = kinds[kind[i]](t, p)
			}
			conns := make([]*nats.Conn, len(all))
			got := make([]chan *nats.Msg, len(all))
			var served [4]atomic.Int64
			for i, s := range all {
				conns[i], got[i] = dialNode(t, &node{url: s.url}, nats.UseOldRequestStyle()), make(chan *nats.Msg, 1<<14)
				_, err := conns[i].ChanSubscribe("all.>", got[i])
				require.NoError(t, err)
				_, err = conns[i].Subscribe(fmt.Sprintf("svc.%d", i), func(m *nats.Msg) { _ = m.Respond(m.Data) })
				require.NoError(t, err)
				_, err = conns[i].QueueSubscribe("job", "q", func(*nats.Msg) { served[i].Add(1) })
				require.NoError(t, err)
				require.NoError(t, conns[i].Flush())
			}
			for i := range all { // all is there when each reaches each
				for j := range all {
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
				}
				if i >= 2 { // from a leaf node, where a member is
					for range many {
						require.NoError(t, c.Publish("job", nil))
					}
				}
				require.NoError(t, c.Flush())
			}
			for i := range all {
				next := make(map[string]int)
				for range many * len(all) {
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
			for i := range 2 {
				require.Eventually(t, func() bool { return served[2+i].Load() == many }, 10*time.Second, 10*time.Millisecond)
				assert.Zero(t, served[i].Load())
			}
			for i, c := range conns {
				for range 200 { // each with an inbox of its own
					_, err := c.Request(fmt.Sprintf("svc.%d", (i+1)%len(all)), []byte("x"), 5*time.Second)
					require.NoError(t, err)
				}
				_, err := c.Request("nobody", nil, 5*time.Second)
				require.ErrorIs(t, err, nats.ErrNoResponders)
				assert.Empty(t, got[i], "once each")
			}
		})
	}
}
