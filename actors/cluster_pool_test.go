package actors_test

import (
	"encoding/json"
	"net"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/troupe-mq/troupe/actors"
	"github.com/troupe-mq/troupe/actors/actorstest"
	"github.com/troupe-mq/troupe/actors/report"
)

// pooled is clustered with so many connections for a route, and one for account D besides.
func pooled(size int, routes ...string) actors.Config {
	c := clustered(routes...)
	c.NoSystemAccount, c.Accounts = true, accounts("A", "C", "D") // of three connections A is on 0, C on 1, $G on 2
	c.Cluster.PoolSize, c.Cluster.Accounts = size, []string{"D"}
	return c
}

// awaitPooled is a connection that a broker makes, up to its CONNECT.
func awaitPooled(t *testing.T, l net.Listener, id string) *node {
	t.Helper()
	nc, err := l.Accept()
	require.NoError(t, err)
	n := newNode(t, nc, id)
	arg, found := strings.CutPrefix(n.line(), "CONNECT ")
	require.True(t, found)
	require.NoError(t, json.Unmarshal([]byte(arg), &n.connect))
	return n
}

// TestPoolIsFilled: a broker dials the other connections when a server has answered on the first, and again what is lost.
func TestPoolIsFilled(t *testing.T) {
	l := listenForRoutes(t)
	started := startDialing(t, pooled(3, l.Addr().String()))
	first := awaitPooled(t, l, "THERE")
	first.inform("route_pool_size", 3)
	first.hearInfo()
	assert.InDelta(t, 3, first.info["route_pool_size"], 0)
	assert.Nil(t, first.info["route_pool_idx"])
	first.hear("PING")
	first.send("PONG", "")

	strands := make(map[string]*node)
	take := func() (name string) {
		n := awaitPooled(t, l, "THERE")
		n.inform("route_pool_size", 3)
		n.hearInfo()
		name, _ = n.info["route_account"].(string)
		if index, ok := n.info["route_pool_idx"].(float64); ok {
			name = strconv.Itoa(int(index))
		}
		n.send("PING", "PONG", "")
		n.until("PONG")
		strands[name] = n
		return name
	}
	assert.ElementsMatch(t, []string{"1", "2", "D"}, []string{take(), take(), take()})
	first.send("PONG", "") // to the PING behind all that is wanted
	broker := <-started
	g, d := broker.Client(t), broker.Client(t)
	g.Send(`CONNECT {"verbose":false,"user":"A","pass":"A"}`, "SUB x 1")
	g.Fence()
	d.Send(`CONNECT {"verbose":false,"user":"D","pass":"D"}`, "SUB x 1")
	d.Fence()
	first.until("RS+ A x")
	strands["D"].until("RS+ x")
	strands["D"].send("RS+ y", "RMSG x 1", "m", "")
	d.Expect("MSG x 1 1", "m")
	strands["D"].quiet()
	d.Send("PUB y 1", "n")
	strands["D"].expect("RMSG y 1", "n")

	strands["1"].nc.Close()
	assert.Equal(t, "1", take())
	strands["D"].nc.Close()
	assert.Equal(t, "D", take())
	strands["D"].send("PING", "")
	first.quiet()
}

// TestPoolIsAccepted: each account is on the connection that its name says, and a place that cannot be is refused.
func TestPoolIsAccepted(t *testing.T) {
	broker := actorstest.Start(t, pooled(3))
	clients := make(map[string]*actorstest.Client)
	for _, name := range []string{"A", "C", "D"} {
		clients[name] = broker.Client(t)
		clients[name].Send(`CONNECT {"verbose":false,"user":"`+name+`","pass":"`+name+`"}`, "SUB in 1")
		clients[name].Fence()
	}
	come := func(more ...any) (n *node, told []string) {
		n = visit(t, broker, "N")
		n.introduce()
		n.inform(append([]any{"route_pool_size", 3}, more...)...)
		told = n.until("PING")
		n.send("PONG", "")
		told = append(told, n.until("PING")...)
		n.send("PONG", "")
		return n, slices.DeleteFunc(told, func(line string) bool { return strings.Contains(line, "_R_") })
	}
	zero, told := come()
	assert.Equal(t, []string{"RS+ A in"}, told)
	one, told := come("route_pool_idx", 1)
	assert.Equal(t, []string{"RS+ C in"}, told)
	d, told := come("route_account", "D")
	assert.Equal(t, []string{"RS+ in"}, told)
	one.send("RS+ A out", "RS+ C out", "") // another server may put them elsewhere
	one.quiet()
	clients["A"].Send("PUB out 1", "a")
	one.expect("RMSG A out 1", "a")
	zero.quiet()
	d.quiet()
	missing := func() (all []report.Route) {
		for _, r := range broker.ClusterState().Routes {
			if r.Missing() {
				all = append(all, r)
			}
		}
		return all
	}
	require.Len(t, missing(), 1)
	assert.Equal(t, 2, missing()[0].Index)
	for _, tt := range []struct {
		want string
		more []any
	}{
		{"", []any{"route_pool_size", 3, "route_pool_idx", 1}},
		{"-ERR 'Invalid route pool index: 3 - pool size is 2'\r\n", []any{"route_pool_size", 2, "route_pool_idx", 3}},
		{"-ERR 'Invalid route pool index: -1 - pool size is 3'\r\n", []any{"route_pool_size", 3, "route_pool_idx", -1}},
		{"-ERR 'Route pool index should not be set but is set to 1'\r\n", []any{"route_pool_idx", 1}},
		{"-ERR 'No route for account \"A\"'\r\n", []any{"route_pool_size", 3, "route_account", "A"}},
		{"-ERR 'Not possible to have a dedicated route for account \"D\" between those servers'\r\n", []any{"route_account", "D"}},
	} {
		n := visit(t, broker, "N")
		n.introduce()
		n.inform(tt.more...)
		assert.Equal(t, tt.want, n.gone(), tt.more)
	}
	four, _ := come("route_pool_size", 5, "route_pool_idx", 4) // its pool has become larger
	four.quiet()
	old, told := visit(t, broker, "OLD"), []string(nil)
	old.introduce()
	old.inform("server_name", "OLD")
	told = old.until("PING")
	assert.ElementsMatch(t, []string{"RS+ A in", "RS+ C in", "RS+ D in"}, told, "a server without a pool has all on one")
}

// TestStrandCrash: a connection of several that crashes comes again with all that goes over it, and the others stay.
func TestStrandCrash(t *testing.T) {
	all := mesh(t, 2, func(_ int, c *actors.Config) {
		c.Accounts, c.Cluster.Accounts = accounts("A", "C", "D"), []string{"D"}
	})
	subs := make(map[string]*actorstest.Client)
	for _, name := range []string{"A", "C", "D"} {
		subs[name] = all[1].Client(t)
		subs[name].Send(`CONNECT {"verbose":false,"user":"`+name+`","pass":"`+name+`"}`, "SUB x.> 1")
		subs[name].Fence()
	}
	require.Eventually(t, func() bool { return wants(t, all[0], "x.>") == 3 }, patience, time.Millisecond)
	ids := func() (ids []string) {
		for _, r := range all[0].ClusterState().Routes {
			if r.Up {
				ids = append(ids, strconv.FormatUint(r.ID, 10))
			}
		}
		return ids
	}
	before := ids()
	require.Len(t, before, 5, "three, that of D and that of the system account")
	for _, id := range before {
		was := ids()
		_, err := all[0].Inject(t.Context(), actors.Fault{Target: "connections/link-" + id, Kind: actors.FaultPanic})
		require.NoError(t, err)
		require.Eventually(t, func() bool { return !slices.Contains(ids(), id) && len(ids()) == 5 }, patience, time.Millisecond)
		stayed := slices.DeleteFunc(ids(), func(id string) bool { return !slices.Contains(was, id) })
		assert.Len(t, stayed, 4)
	}
	awaitMesh(t, all)
	require.Eventually(t, func() bool { return wants(t, all[0], "x.>") == 3 }, patience, time.Millisecond)
	for name, s := range subs {
		p := all[0].Client(t)
		p.Send(`CONNECT {"verbose":false,"user":"`+name+`","pass":"`+name+`"}`, "PUB x.1 1", name)
		s.Expect("MSG x.1 1 1", name)
		s.Quiet()
	}
}

// TestUnequalPools: brokers that have pools of other sizes, or none, understand each other in each account.
func TestUnequalPools(t *testing.T) {
	names := []string{"A", "C", "D", "E", "F", "G"}
	sizes := []int{3, 5, 1, -1}
	all := mesh(t, len(sizes), func(i int, c *actors.Config) {
		c.Accounts, c.Cluster.PoolSize = accounts(names...), sizes[i]
	})
	for _, name := range names {
		connect := `CONNECT {"verbose":false,"headers":true,"no_responders":true,"user":"` + name + `","pass":"` + name + `"}`
		for i, b := range all {
			s, svc := b.Client(t), "svc."+strconv.Itoa(i)
			s.Send(connect, "SUB "+svc+" 1")
			s.Fence()
			for j, from := range all {
				if i == j {
					continue
				}
				require.Eventually(t, func() bool { return wants(t, from, svc) > 0 }, patience, time.Millisecond)
				a := from.Client(t)
				a.Send(connect, "SUB in 1", "PUB "+svc+" in 1", "q")
				s.Expect("MSG "+svc+" 1 in 1", "q")
				s.Send("PUB in 1", "a")
				a.Expect("MSG in 1 1", "a")
			}
			s.Send("UNSUB 1")
			s.Fence()
			for _, o := range all {
				require.Eventually(t, func() bool { return wants(t, o, svc) == 0 }, patience, time.Millisecond)
			}
		}
	}
}
