package actors_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/troupe-mq/troupe/actors"
	"github.com/troupe-mq/troupe/actors/actorstest"
)

// TestDialedLeafNode: a broker that dials as the hub has the other server as its leaf node, which hears what servers of the cluster and
// other hubs want, and is heard by them. What either has of JetStream by the usual subjects stays with it.
func TestDialedLeafNode(t *testing.T) {
	broker := actorstest.Start(t, openCluster())
	n := visit(t, broker, "THERE")
	n.join()
	n.send("RS+ $G there", "RS+ $G $JS.API.>", "")
	n.quiet()
	c := broker.Client(t)
	c.Send(`CONNECT {"verbose":false}`, "SUB here 1")
	c.Fence()
	n.hear("RS+ $G here")
	other, site := newHub(t), newHub(t)
	site.info["server_id"], site.info["server_name"], site.info["jetstream"], site.info["domain"] = "SITE", "site", true, "S"
	up := watch(broker)
	below := site.remote()
	below.Hub, below.Name = true, "site"
	require.NoError(t, broker.ApplyRemotes("test", []actors.Remote{below, other.remote()}))
	above, _ := other.welcome("far")
	f, told := site.welcome("leaf", "$JS.API.>")
	assert.Equal(t, true, f.connect["is_hub"])
	for range 2 {
		require.True(t, (<-up).Up)
	}
	assert.Subset(t, told, []string{"LS+ here", "LS+ there"})
	assert.NotContains(t, told, "LS+ $JS.API.>")

	f.send("LS+ more", "LMSG there 1", "a", "LMSG here 1", "b", "LMSG far 1", "c", "")
	n.until("RMSG $G there 1")
	c.Expect("MSG here 1 1", "b")
	above.until("LMSG far 1")
	above.expect("c")
	above.quiet()
	n.send("RMSG $G leaf 1", "n", "RMSG $G $JS.API.INFO 0", "", "")
	f.until("LMSG leaf 1")
	f.expect("n")
	above.send("LMSG leaf 1", "o", "")
	f.expect("LMSG leaf 1", "o")
	c.Send("PUB $JS.API.INFO r 0", "", "PUB leaf 1", "p")
	f.until("LMSG leaf 1")
	f.expect("p")
	f.quiet()
	for _, l := range broker.Links(t.Context(), false) {
		assert.Equal(t, l.Remote == "site", l.Leaf)
	}
	require.NoError(t, broker.Healthy(t.Context()))
}

// TestHubThatComes: a server that comes by the port for leaf nodes and says that it is the hub hears what clients and leaf nodes want, and
// is heard by them: not what other servers do, and not what is here of JetStream.
func TestHubThatComes(t *testing.T) {
	broker := actorstest.Start(t, openCluster())
	n := visit(t, broker, "THERE")
	n.introduce("lnoc", true)
	n.inform("lnoc", true, "lnocu", true)
	n.until("PING")
	n.send("RS+ $G there", "")
	n.quiet()
	a, _ := attach(t, broker, "A")
	a.send("LS+ leaf", "")
	a.quiet()
	c := broker.Client(t)
	c.Send(`CONNECT {"verbose":false}`, "SUB here 1", "SUB $JS.API.> 2")
	c.Fence()
	h, told := attach(t, broker, "H", "is_hub", true)
	assert.ElementsMatch(t, []string{"LS+ leaf", "LS+ here"}, told)
	h.send("LS+ far", "LS+ leaf", "LMSG there 1", "a", "LMSG here 1", "b", "LMSG leaf 1", "c", "")
	h.quiet()
	c.Expect("MSG here 1 1", "b")
	a.until("LMSG leaf 1")
	n.hear("LS+ A $G leaf", "RS+ $G here", "RS+ $G $JS.API.>")
	n.send("RMSG $G far 1", "n", "")
	n.quiet()
	a.send("LMSG far 1", "l", "")
	h.expect("LMSG far 1", "l")
	h.quiet()
	for _, l := range broker.LeafNodes(t.Context(), false) {
		assert.Equal(t, l.Server.Name == "H", l.Hub)
	}
}
