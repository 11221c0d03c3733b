package actors_test

import (
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/troupe-mq/troupe/actors"
	"github.com/troupe-mq/troupe/actors/access"
	"github.com/troupe-mq/troupe/actors/actorstest"
)

// mesh starts so many brokers, of which each knows the address of the first, and waits until all know each other.
func mesh(t *testing.T, n int, adjust ...func(i int, c *actors.Config)) []*actorstest.Broker {
	t.Helper()
	var all []*actorstest.Broker
	for i := range n {
		c := clustered()
		c.ServerName, c.Cluster.PoolSize, c.Cluster.Compression = string(rune('a'+i)), 0, ""
		if i > 0 {
			c.Cluster.Routes = []string{all[0].ClusterAddr().String()}
		}
		for _, do := range adjust {
			do(i, &c)
		}
		all = append(all, actorstest.Start(t, c))
	}
	awaitMesh(t, all)
	return all
}

// awaitMesh waits until each broker has all of a route to each other.
func awaitMesh(t *testing.T, all []*actorstest.Broker) {
	t.Helper()
	for _, b := range all {
		require.Eventually(t, func() bool { return len(up(t, b)) == len(all)-1 }, patience, time.Millisecond, "%+v", up(t, b))
	}
}

// up is the names of the servers that a broker has a route to.
func up(t *testing.T, b *actorstest.Broker) (names []string) {
	t.Helper()
	c := b.Cluster(t.Context(), false)
	missing := c.Missing()
	for i := range c.Routes {
		if r := &c.Routes[i]; r.Up && r.Connection != nil && !slices.Contains(names, r.Server.Name) && !slices.Contains(missing, r.Server.Name) {
			names = append(names, r.Server.Name)
		}
	}
	return names
}

// TestMesh: brokers that know one of them know each other, once each, and a message goes everywhere where it is wanted, once.
func TestMesh(t *testing.T) {
	all := mesh(t, 4)
	subs := make([]*actorstest.Client, len(all))
	for i, b := range all {
		subs[i] = b.Client(t)
		subs[i].Send(`CONNECT {"verbose":false}`, "SUB x.> 1", "SUB x.* 2", "UNSUB 2")
		subs[i].Fence()
	}
	for i, b := range all {
		require.Eventually(t, func() bool { return wants(t, b, "x.>") == len(all)-1 }, patience, time.Millisecond)
		p := b.Client(t)
		p.Send(`CONNECT {"verbose":false}`, "PUB x.a 1", string(rune('0'+i)))
		p.Fence()
		for _, s := range subs {
			s.Expect("MSG x.a 1 1", string(rune('0'+i)))
		}
	}
	for _, s := range subs {
		s.Quiet()
	}
}

// wants is how many other servers want a pattern.
func wants(t *testing.T, b *actorstest.Broker, pattern string) (n int) {
	t.Helper()
	for _, r := range b.Cluster(t.Context(), true).Routes {
		if r.Connection != nil {
			for _, s := range r.Connection.Subscriptions {
				if s.Subject == pattern {
					n++
				}
			}
		}
	}
	return n
}

// TestRequestOverRoutes: a request finds its service at another broker, and nobody is told that there is none.
func TestRequestOverRoutes(t *testing.T) {
	all := mesh(t, 2)
	service, asks := all[1].Client(t), all[0].Client(t)
	service.Send(`CONNECT {"verbose":false}`, "SUB svc q 1")
	service.Fence()
	require.Eventually(t, func() bool { return wants(t, all[0], "svc") == 1 }, patience, time.Millisecond)
	asks.Send(`CONNECT {"verbose":false,"headers":true,"no_responders":true}`)
	for range 100 { // each with an inbox of its own, which is wanted no sooner than it is asked
		asks.Send("SUB in.1 1", "UNSUB 1 1", "PUB svc in.1 2", "hi")
		service.Expect("MSG svc 1 in.1 2", "hi")
		service.Send("PUB in.1 2", "ho")
		asks.Expect("MSG in.1 1 2", "ho")
	}
	asks.Send("SUB in.2 2", "PUB nobody in.2 1", "x")
	asks.Expect("HMSG in.2 2 38 38", "NATS/1.0 503", "Nats-Subject: nobody", "", "")
}

// TestServicesOverRoutes: what an account exports is found by those who import it, at whatever brokers they are.
func TestServicesOverRoutes(t *testing.T) {
	a, b := tenant("A"), tenant("B")
	a.Exports = []access.Export{{Service: "svc"}, {Stream: "ev.*"}}
	b.Imports = []access.Import{{Account: "A", Service: "svc"}, {Account: "A", Stream: "ev.*"}}
	all := mesh(t, 2, func(_ int, c *actors.Config) { c.Accounts = []access.Account{a, b} })
	service, stream := all[1].Client(t), all[1].Client(t)
	service.Send(`CONNECT {"verbose":false,"user":"A","pass":"A"}`, "SUB svc 1")
	service.Fence()
	stream.Send(`CONNECT {"verbose":false,"user":"B","pass":"B"}`, "SUB ev.* 1")
	stream.Fence()
	require.Eventually(t, func() bool { return wants(t, all[0], "svc") == 1 && wants(t, all[0], "ev.*") == 2 }, patience, time.Millisecond)
	asks, tells := all[0].Client(t), all[0].Client(t)
	asks.Send(`CONNECT {"verbose":false,"user":"B","pass":"B"}`, "SUB in 1", "PUB svc in 2", "hi")
	head := strings.Fields(service.Line())
	require.Len(t, head, 5)
	service.Expect("hi")
	service.Send("PUB "+head[3]+" 2", "ho")
	asks.Expect("MSG in 1 2", "ho")
	tells.Send(`CONNECT {"verbose":false,"user":"A","pass":"A"}`, "PUB ev.x 1", "e")
	stream.Expect("MSG ev.x 1 1", "e")
	stream.Quiet()
}

// TestMeshListenerCrash: the mesh is whole when the listener for routes has crashed, and a partition's crash leaves no interest out.
func TestMeshListenerCrash(t *testing.T) {
	all := mesh(t, 3)
	s := all[0].Client(t)
	s.Send(`CONNECT {"verbose":false}`, "SUB x 1")
	s.Fence()
	for _, target := range []string{"links/mesh/routes", "partitions/part-0", "partitions/part-1"} {
		_, err := all[0].Inject(t.Context(), actors.Fault{Target: target, Kind: actors.FaultPanic})
		require.NoError(t, err)
		awaitMesh(t, all)
	}
	s.Send("SUB y 2")
	s.Fence()
	for _, b := range all[1:] {
		require.Eventually(t, func() bool { return wants(t, b, "x") == 1 && wants(t, b, "y") == 1 }, patience, time.Millisecond)
	}
	p := all[1].Client(t)
	p.Send(`CONNECT {"verbose":false}`, "PUB x 1", "m", "PUB y 1", "n")
	s.Expect("MSG x 1 1", "m", "MSG y 2 1", "n")
	s.Quiet()
}

// TestMeshHealth: a server that the configuration names is missing when it is gone; one that has said that it stops is not.
func TestMeshHealth(t *testing.T) {
	all := mesh(t, 3)
	missing := func(b *actorstest.Broker) (urls []string) {
		for _, r := range b.Cluster(t.Context(), false).Routes {
			if r.Missing() {
				urls = append(urls, r.URL)
			}
		}
		return urls
	}
	first := all[0].ClusterAddr().String()
	for _, b := range all {
		assert.Empty(t, missing(b))
	}
	require.NoError(t, all[2].Stop(t.Context()))
	require.Eventually(t, func() bool { return len(up(t, all[0])) == 1 && len(up(t, all[1])) == 1 }, patience, time.Millisecond)
	assert.Empty(t, missing(all[0]))
	assert.Empty(t, missing(all[1]))
	require.NoError(t, all[0].Stop(t.Context()))
	require.Eventually(t, func() bool { return len(missing(all[1])) == 1 }, patience, time.Millisecond)
	assert.Equal(t, []string{first}, missing(all[1]))
}

// TestMeshHeals: servers that have heard of each other by a third come together again when the route between them has crashed. It
// costs nobody else anything.
func TestMeshHeals(t *testing.T) {
	all := mesh(t, 3)
	for range 3 {
		for _, r := range all[1].Cluster(t.Context(), false).Routes {
			if r.Server.Name != "c" {
				continue
			}
			require.False(t, r.Configured)
			other := all[0].Cluster(t.Context(), false).Routes
			_, err := all[1].Inject(t.Context(), actors.Fault{Target: "connections/link-" + strconv.FormatUint(r.ID, 10), Kind: actors.FaultPanic})
			require.NoError(t, err)
			require.Eventually(t, func() bool {
				for _, now := range all[1].Cluster(t.Context(), false).Routes {
					if now.Server.Name == "c" && now.Up && now.ID != r.ID {
						return true
					}
				}
				return false
			}, patience, time.Millisecond)
			for i, now := range all[0].Cluster(t.Context(), false).Routes {
				require.Equal(t, other[i].ID, now.ID, "the routes of the third are the same")
			}
		}
		awaitMesh(t, all)
	}
}
