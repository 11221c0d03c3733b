package actors_test

import (
	"bufio"
	"encoding/json"
	"net"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/troupe-mq/troupe/actors"
	"github.com/troupe-mq/troupe/actors/actorstest"
)

// clustered is the configuration of a broker in cluster C, with an address for routes on the loopback address. A route is one
// connection, and not compressed.
func clustered(routes ...string) actors.Config {
	return actors.Config{ServerName: "us", ClusterName: "C", Cluster: &actors.Cluster{Host: "127.0.0.1", Port: -1, Routes: routes, PoolSize: -1, Compression: "off"}}
}

// node is a route to a broker, at whose other end a test plays a server.
type node struct {
	leaf
	id   string
	info map[string]any // what the broker has said of itself
}

func newNode(t *testing.T, nc net.Conn, id string) *node {
	t.Helper()
	t.Cleanup(func() { nc.Close() })
	require.NoError(t, nc.SetDeadline(time.Now().Add(patience)))
	return &node{leaf: leaf{t: t, nc: nc, r: bufio.NewReader(nc)}, id: id}
}

// visit makes a route to a broker, and hears what it says of itself.
func visit(t *testing.T, b *actorstest.Broker, id string) *node {
	t.Helper()
	nc, err := net.Dial("tcp", b.ClusterAddr().String())
	require.NoError(t, err)
	n := newNode(t, nc, id)
	n.hearInfo()
	return n
}

// awaitRoute is the route that a broker makes to an address, from the other end.
func awaitRoute(t *testing.T, l net.Listener, id string) *node {
	t.Helper()
	n := awaitPooled(t, l, id)
	n.hearInfo()
	return n
}

// hearInfo reads an INFO.
func (n *node) hearInfo() {
	n.t.Helper()
	arg, found := strings.CutPrefix(n.line(), "INFO ")
	require.True(n.t, found)
	n.info = nil
	require.NoError(n.t, json.Unmarshal([]byte(arg), &n.info))
}

// introduce says CONNECT.
func (n *node) introduce(more ...any) { n.send("CONNECT "+n.say("name", n.id, more...), "") }

// inform says INFO.
func (n *node) inform(more ...any) {
	n.send("INFO "+n.say("server_id", n.id, append([]any{"server_name", n.id, "headers", true, "host", "127.0.0.1", "port", 1, "troupe", "1"}, more...)...), "")
}

func (n *node) say(key, value string, more ...any) string {
	all := map[string]any{key: value, "cluster": "C"}
	for i := 0; i < len(more); i += 2 {
		all[more[i].(string)] = more[i+1]
	}
	text, err := json.Marshal(all)
	require.NoError(n.t, err)
	return string(text)
}

// join has the node be in the cluster, and returns what it is told.
func (n *node) join() (told []string) {
	n.t.Helper()
	n.introduce()
	n.inform()
	return n.until("PING")
}

// pair is a broker with routes to two servers, which know of each other.
func pair(t *testing.T) (broker *actorstest.Broker, a, b *node) {
	t.Helper()
	broker = actorstest.Start(t, clustered())
	a, b = visit(t, broker, "A"), visit(t, broker, "B")
	a.join()
	b.join()
	a.hearInfo() // of the other
	return broker, a, b
}

// gone asserts that the broker ends the route, and returns what it has said before.
func (n *node) gone() (said string) {
	n.t.Helper()
	for {
		line, err := n.r.ReadString('\n')
		said += line
		if err != nil {
			require.NotContains(n.t, err.Error(), "timeout")
			return said
		}
	}
}
