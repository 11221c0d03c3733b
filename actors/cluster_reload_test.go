package actors_test

import (
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/troupe-mq/troupe/actors"
	"github.com/troupe-mq/troupe/actors/access"
	"github.com/troupe-mq/troupe/actors/actorstest"
)

// recluster changes what the configuration of a broker says of its cluster.
func recluster(t *testing.T, b *actorstest.Broker, change func(*actors.Cluster)) {
	t.Helper()
	_, err := b.Update(t.Context(), func(c *actors.Config) error {
		with := *c.Cluster
		change(&with)
		c.Cluster = &with
		return nil
	})
	require.NoError(t, err)
}

// TestReloadOfRoutePermissions: what may not pass any more is withdrawn and given to nobody, and what may is said and taken.
func TestReloadOfRoutePermissions(t *testing.T) {
	broker := actorstest.Start(t, clustered())
	a := broker.Client(t)
	a.Send(`CONNECT {"verbose":false}`, "SUB x 1", "SUB y 2", "SUB z.* 3")
	a.Fence()
	n := visit(t, broker, "N")
	assert.Len(t, n.join(), 3)
	n.send("RS+ $G o.x", "RS+ $G o.y", "RS+ $G o.z q 1", "")
	n.quiet()
	recluster(t, broker, func(c *actors.Cluster) {
		c.Import = &access.Rules{Allow: []string{"x", "z.*", "more"}}
		c.Export = &access.Rules{Deny: []string{"o.y", "o.z"}}
	})
	n.hearInfo()
	assert.Equal(t, map[string]any{"deny": []any{"o.y", "o.z"}}, n.info["export"])
	n.hear("RS- $G y")
	a.Send("SUB more 4", "SUB other 5", "PUB o.x 1", "m", "PUB o.y 1", "m", "PUB o.z 1", "m")
	a.Fence()
	assert.Equal(t, "RS+ $G more", n.line())
	n.expect("RMSG $G o.x 1", "m")
	n.send("RMSG $G y 1", "m", "RMSG $G x 1", "n", "")
	a.Expect("MSG x 1 1", "n")
	n.quiet()
	recluster(t, broker, func(c *actors.Cluster) { c.Import, c.Export = nil, nil })
	n.hearInfo()
	assert.Nil(t, n.info["export"])
	assert.ElementsMatch(t, []string{"RS+ $G y", "RS+ $G other"}, []string{n.line(), n.line()})
	n.send("RS+ $G o.y", "") // as a server does that is told so
	n.quiet()
	a.Send("PUB o.x 1", "m", "PUB o.y 1", "m")
	n.expect("RMSG $G o.x 1", "m", "RMSG $G o.y 1", "m")

	n.inform("export", map[string]any{"allow": []any{"x", "z.>"}}) // it has refused all but these before, for all that is known
	assert.ElementsMatch(t, []string{"RS+ $G x", "RS+ $G z.*"}, []string{n.line(), n.line()})
	n.quiet()
}

// TestReloadOfPool: a pool of another size is made anew, with all that goes over it.
func TestReloadOfPool(t *testing.T) {
	all := mesh(t, 3)
	s := all[2].Client(t)
	s.Send(`CONNECT {"verbose":false}`, "SUB x 1")
	s.Fence()
	connections := func(b *actorstest.Broker, want int) {
		t.Helper()
		require.Eventually(t, func() bool {
			c := b.ClusterState()
			n, servers := c.Count()
			return n == want && servers == 2 && len(c.Missing()) == 0 && wants(t, b, "x") == 1
		}, patience, time.Millisecond)
	}
	for _, size := range []int{5, -1, 1} {
		for i, b := range all {
			recluster(t, b, func(c *actors.Cluster) { c.PoolSize = size })
			if i == 0 {
				awaitMesh(t, all)
			}
		}
		want := 2 // one to each
		if size > 0 {
			want = 2 * (size + 1)
		}
		connections(all[0], want)
		connections(all[1], want)
		p := all[0].Client(t)
		p.Send(`CONNECT {"verbose":false}`)
		require.Eventually(t, func() (came bool) { // what is said while a route is made anew is lost
			p.Send("PUB x 1", "m")
			p.Fence()
			s.Send("PING")
			for s.Line() != "PONG" {
				came = true
			}
			return came
		}, patience, time.Millisecond)
	}
}

// TestReloadOfPoolWhileGreeted: who has been greeted by settings that hold no more comes again.
func TestReloadOfPoolWhileGreeted(t *testing.T) {
	broker := actorstest.Start(t, clustered())
	n := visit(t, broker, "N")
	assert.Nil(t, n.info["route_pool_size"])
	recluster(t, broker, func(c *actors.Cluster) { c.PoolSize = 3 })
	n.introduce()
	n.inform("route_pool_size", 3)
	n.gone()
	n = visit(t, broker, "N")
	assert.InDelta(t, 3, n.info["route_pool_size"], 0)
	n.introduce()
	n.inform("route_pool_size", 3)
	n.until("PING")
	n.quiet()
}

// TestPoolOfAnotherSize: a server that comes with a pool of another size makes all of its route anew.
func TestPoolOfAnotherSize(t *testing.T) {
	broker := actorstest.Start(t, pooled(3))
	before, now := visit(t, broker, "N"), visit(t, broker, "N")
	before.introduce()
	before.inform("route_pool_size", 3)
	before.until("PING")
	now.join()
	before.gone()
	now.quiet()
	require.Eventually(t, func() bool {
		n, servers := broker.ClusterState().Count()
		return n == 1 && servers == 1 && len(broker.ClusterState().Missing()) == 0
	}, patience, time.Millisecond)
}

// TestReloadOfRouteAccounts: an account that is to have a connection of its own is withdrawn from the others, and comes back to
// them.
func TestReloadOfRouteAccounts(t *testing.T) {
	all := mesh(t, 2, func(_ int, c *actors.Config) { c.Accounts = accounts("A") })
	clients := make([]*actorstest.Client, 2)
	for i, b := range all {
		clients[i] = b.Client(t)
		clients[i].Send(`CONNECT {"verbose":false,"user":"A","pass":"A"}`, "SUB x 1")
		clients[i].Fence()
	}
	for _, names := range [][]string{{"A"}, nil} {
		recluster(t, all[1], func(c *actors.Cluster) { c.Accounts = names })
		if len(names) > 0 { // the other follows at once
			require.Eventually(t, func() bool { return wants(t, all[0], "x") == 1 && wants(t, all[1], "x") == 1 }, patience, time.Millisecond)
		}
		recluster(t, all[0], func(c *actors.Cluster) { c.Accounts = names })
		awaitMesh(t, all)
		require.Eventually(t, func() bool {
			own := 0
			for _, b := range all {
				for _, r := range b.ClusterState().Routes {
					if r.Up && r.Account == "A" {
						own++
					}
				}
			}
			return own == 2*len(names) && wants(t, all[0], "x") == 1 && wants(t, all[1], "x") == 1
		}, patience, time.Millisecond)
		for i := range all {
			clients[i].Send("PUB x 1", "m")
			clients[0].Expect("MSG x 1 1", "m")
			clients[1].Expect("MSG x 1 1", "m")
		}
		clients[0].Quiet()
		clients[1].Quiet()
	}
}

// TestAccountIsAdded: a server that gives an account a connection of its own is answered, and then the account is on no other.
func TestAccountIsAdded(t *testing.T) {
	c := clustered()
	c.NoSystemAccount, c.Accounts = true, accounts("A")
	c.Cluster.PoolSize = 1
	broker := actorstest.Start(t, c)
	a := broker.Client(t)
	a.Send(`CONNECT {"verbose":false,"user":"A","pass":"A"}`, "SUB x 1")
	a.Fence()
	n := visit(t, broker, "N")
	n.introduce()
	n.inform("route_pool_size", 1)
	n.until("RS+ A x")
	n.send("PONG", "")
	n.until("PING")
	n.send("PONG", `INFO {"server_id":"","route_pool_size":1,"route_account":"A","route_acc_add_reqid":"R"}`, "")
	n.hear("RS- A x")
	n.hearInfo()
	assert.Equal(t, map[string]any{"server_id": "", "route_pool_size": 1.0, "route_acc_add_reqid": "R"}, n.info)
	own := visit(t, broker, "N")
	own.introduce()
	own.inform("route_pool_size", 1, "route_account", "A")
	told := own.until("RS+ x")
	assert.NotContains(t, strings.Join(told, " "), "RS+ A")
	own.send("RMSG x 1", "m", "")
	a.Expect("MSG x 1 1", "m")
}
