package actors_test

import (
	"encoding/json"
	"net"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/troupe-mq/troupe/actors"
	"github.com/troupe-mq/troupe/actors/actorstest"
)

// listenForRoutes is an address at which a test plays a server of the cluster.
func listenForRoutes(t *testing.T) net.Listener {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	t.Cleanup(func() { l.Close() })
	return l
}

// startDialing is a broker that dials some addresses. It does not wait for them.
func startDialing(t *testing.T, c actors.Config) <-chan *actorstest.Broker {
	started := make(chan *actorstest.Broker, 1)
	go func() { started <- actorstest.Start(t, c) }()
	return started
}

// TestRouteIsDialed: a broker dials whom its configuration names, says who it is, and comes again when the route has ended.
func TestRouteIsDialed(t *testing.T) {
	l := listenForRoutes(t)
	c := clustered("nats-route://u:p@" + l.Addr().String())
	started := startDialing(t, c)
	n := awaitRoute(t, l, "THERE")
	assert.Empty(t, n.info["nonce"], "it is for those who come")
	assert.Equal(t, "u", n.connect["user"])
	assert.Equal(t, "p", n.connect["pass"])
	assert.Equal(t, n.info["server_id"], n.connect["name"])
	n.introduce() // which it need not
	n.inform()
	n.until("PING")
	broker := <-started
	n.nc.Close()
	n = awaitRoute(t, l, "THERE")
	n.inform()
	n.send("RS+ $G x", "")
	n.until("PING")
	n.quiet() // and what it wants is known
	a := broker.Client(t)
	a.Send(`CONNECT {"verbose":false}`, "PUB x 1", "m")
	n.expect("RMSG $G x 1", "m")

	_, err := broker.Update(t.Context(), func(c *actors.Config) error {
		with := *c.Cluster
		with.Routes = nil
		c.Cluster = &with
		return nil
	})
	require.NoError(t, err)
	n.gone()
}

// TestRouteRefused: who cannot be in the cluster is told why, or not, as NATS servers do.
func TestRouteRefused(t *testing.T) {
	c := clustered()
	c.Cluster.User, c.Cluster.Password = "u", "p"
	broker := actorstest.Start(t, c)
	for _, tt := range []struct {
		name string
		say  func(n *node)
		want string
	}{
		{"password", func(n *node) { n.introduce("user", "u", "pass", "q") }, "-ERR 'Authorization Violation'\r\n"},
		{"client", func(n *node) { n.introduce("user", "u", "pass", "p", "lang", "go") }, "-ERR 'attempted to connect to route port'\r\n"},
		{"gateway", func(n *node) { n.introduce("gateway", "G") }, "-ERR 'Rejecting connection from gateway \"G\" on the Route port'\r\n"},
		{"cluster", func(n *node) { n.introduce("user", "u", "pass", "p", "cluster", "D") }, "-ERR 'Rejecting connection, cluster name \"D\" does not match \"C\"'\r\n"},
		{"cluster in INFO", func(n *node) { n.introduce("user", "u", "pass", "p"); n.inform("cluster", "D") }, ""},
		{"itself", func(n *node) { n.introduce("user", "u", "pass", "p"); n.id = broker.ServerID(); n.inform() }, ""},
		{"its name", func(n *node) { n.introduce("user", "u", "pass", "p"); n.inform("server_name", "us") }, ""},
		{"account", func(n *node) { n.introduce("user", "u", "pass", "p"); n.inform("route_account", "A") }, "-ERR 'Not possible to have a dedicated route for account \"A\" between those servers'\r\n"},
		{"no JSON", func(n *node) { n.send("CONNECT {", "") }, ""},
		{"twice", func(n *node) { n.introduce("user", "u", "pass", "p"); n.introduce("user", "u", "pass", "p") }, ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			n := visit(t, broker, "THERE")
			assert.Equal(t, true, n.info["auth_required"])
			tt.say(n)
			assert.Equal(t, tt.want, n.gone())
		})
	}
	n := visit(t, broker, "THERE")
	n.introduce("user", "u", "pass", "p")
	n.inform()
	n.until("PING")
}

// TestRouteGossip: the servers of a cluster are told of a new one, and a broker dials whom it is told of.
func TestRouteGossip(t *testing.T) {
	broker := actorstest.Start(t, clustered())
	a := visit(t, broker, "A")
	a.join()
	b := visit(t, broker, "B")
	b.introduce()
	b.inform("nonce", "secret", "port", 7, "compression", "off")
	b.until("PING")
	a.hearInfo()
	assert.Equal(t, map[string]any{
		"server_id": "B", "server_name": "B", "cluster": "C", "headers": true, "host": "127.0.0.1", "port": 7.0, "ip": "nats-route://127.0.0.1:7/",
		"gossip_mode": 1.0, "compression": "off", "troupe": "1",
	}, a.info)

	l := listenForRoutes(t)
	tell := func(id string) {
		a.send("INFO "+a.say("server_id", id, "ip", "nats-route://"+l.Addr().String()+"/", "gossip_mode", 1), "")
	}
	tell("B") // is there already
	tell("D")
	d := awaitRoute(t, l, "D")
	assert.InDelta(t, 1, d.info["gossip_mode"], 0)
	d.inform()
	d.until("PING")
	a.quiet()
	b.quiet()
}

// TestRouteTwice: of two routes to one server one stays, and what the server wants counts once.
func TestRouteTwice(t *testing.T) {
	broker := actorstest.Start(t, clustered())
	first := visit(t, broker, "A")
	first.join()
	first.send("RS+ $G x", "")
	first.quiet()
	second := visit(t, broker, "A")
	second.introduce()
	second.inform()
	second.send("RS+ $G x", "")
	assert.Empty(t, second.gone())
	c := broker.Client(t)
	c.Send(`CONNECT {"verbose":false}`, "PUB x 1", "m")
	first.expect("RMSG $G x 1", "m")
	first.quiet()
}

// TestClusterName: a name that was made up gives way to one that somebody has chosen.
func TestClusterName(t *testing.T) {
	c := clustered()
	c.ClusterName = ""
	broker := actorstest.Start(t, c)
	n := visit(t, broker, "A")
	made := n.info["cluster"]
	assert.NotEmpty(t, made)
	assert.Equal(t, true, n.info["cluster_dynamic"])
	a := broker.Client(t)
	assert.Equal(t, made, asInfo(t, a.Info)["cluster"])
	a.Send(`CONNECT {"verbose":false,"protocol":1}`, "PING")
	a.Expect("PONG")
	info(t, a)
	n.join()
	assert.Equal(t, "C", info(t, a)["cluster"])
	assert.Nil(t, visit(t, broker, "B").info["cluster_dynamic"])
}

// info is the INFO that a client is sent next.
func info(t *testing.T, c *actorstest.Client) map[string]any {
	t.Helper()
	return asInfo(t, c.Line())
}

func asInfo(t *testing.T, line string) (said map[string]any) {
	t.Helper()
	arg, found := strings.CutPrefix(line, "INFO ")
	require.True(t, found)
	require.NoError(t, json.Unmarshal([]byte(arg), &said))
	return said
}

// TestConnectURLs: clients are told where the servers of the cluster are, those that understand it as soon as that changes.
func TestConnectURLs(t *testing.T) {
	c := clustered()
	c.Port, c.Host, c.ClientAdvertise = -1, "127.0.0.1", "here:1"
	broker := actorstest.Start(t, c)
	a, old := broker.Client(t), broker.Client(t)
	old.Send(`CONNECT {"verbose":false}`, "PING")
	old.Expect("PONG")
	assert.Nil(t, asInfo(t, a.Info)["connect_urls"], "there is no port")
	a.Send(`CONNECT {"verbose":false,"protocol":1}`, "PING")
	a.Expect("PONG")
	info(t, a)
	n := visit(t, broker, "A")
	n.introduce()
	n.inform("connect_urls", []string{"there:2"}, "ws_connect_urls", []string{"there:3"})
	said := info(t, a)
	assert.Equal(t, []any{"there:2"}, said["connect_urls"])
	assert.Nil(t, said["nonce"])
	n.until("PING")
	n.inform("connect_urls", []string{"there:2"}, "ldm", true)
	assert.Nil(t, info(t, a)["connect_urls"])
	n.nc.Close()
	require.Eventually(t, func() bool { return len(up(t, broker)) == 0 }, patience, time.Millisecond)

	n = visit(t, broker, "A")
	n.introduce()
	n.inform("connect_urls", []string{"there:4"})
	assert.Equal(t, []any{"there:4"}, info(t, a)["connect_urls"])
	n.nc.Close()
	assert.Nil(t, info(t, a)["connect_urls"])
	old.Quiet()
}
