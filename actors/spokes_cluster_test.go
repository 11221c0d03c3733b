package actors_test

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/troupe-mq/troupe/actors"
	"github.com/troupe-mq/troupe/actors/actorstest"
)

// openCluster is a broker in cluster C that takes leaf nodes.
func openCluster() actors.Config {
	c := clustered()
	c.LeafNodes = open().LeafNodes
	return c
}

// TestSpokeInACluster: the servers of a cluster are told which leaf nodes want something, and of which a message is, by the
// cluster of these: those that are behind another server get nothing back that one of them has sent.
func TestSpokeInACluster(t *testing.T) {
	broker := actorstest.Start(t, openCluster())
	n := visit(t, broker, "THERE")
	assert.Equal(t, []any{broker.LeafNodeAddr().String()}, n.info["leafnode_urls"])
	n.introduce("lnoc", true)
	n.inform("lnoc", true, "lnocu", true, "leafnode_urls", []string{"127.0.0.1:7"})
	n.until("PING")
	a, _ := attach(t, broker, "A")
	assert.Equal(t, []any{broker.LeafNodeAddr().String(), "127.0.0.1:7"}, a.info["leafnode_urls"])
	a.send("LS+ $LDS.A", "LS+ x", "LS+ work q 2", "")
	a.quiet()
	n.hear("LS+ A $G $LDS.A", "LS+ A $G x", "LS+ A $G work q 2")
	c := broker.Client(t)
	c.Send(`CONNECT {"verbose":false}`, "SUB x 1", "SUB work q 2")
	c.Fence()
	n.hear("RS+ $G x", "RS+ $G work q 1")
	a.hear("LS+ x", "LS+ work q 1")

	n.send("LS+ A $G there", "LS+ B $G there", "LS+ A $G jobs q 1", "RS+ $G plain", "")
	n.quiet()
	a.hear("LS+ there", "LS+ plain") // what its own cluster wants it knows
	a.send("LMSG plain 1", "x", "LMSG plain r 1", "y", "LMSG there | q 1", "z", "HMSG plain 12 13", "NATS/1.0", "", "b", "")
	n.expect("LMSG A $G plain 0 1", "x", "LMSG A $G plain r 0 1", "y", "LMSG A $G there 0 1", "z", "LMSG A $G plain 12 13", "NATS/1.0", "", "b")
	a.send("LMSG jobs | q 1", "x", "") // for a member in its own cluster: not by this way
	a.quiet()
	c.Send("PUB plain 1", "x", "PUB jobs 1", "j")
	n.expect("RMSG $G plain 1", "x", "RMSG $G jobs | q 1", "j")

	c.Send("UNSUB 1", "UNSUB 2")
	c.Fence()
	n.hear("RS- $G x", "RS- $G work q")
	a.hear("LS- x", "LS- work q")
	n.send("LMSG A $G x 0 1", "a", "LMSG B $G x 0 1", "b", "RMSG $G x 1", "c", "RMSG $G work | q 1", "w", "")
	a.expect("LMSG x 1", "b", "LMSG x 1", "c", "LMSG work | q 1", "w")
	b, told := attach(t, broker, "B")
	assert.ElementsMatch(t, []string{"LS+ $LDS.A", "LS+ x", "LS+ work q 2", "LS+ there", "LS+ jobs q 1", "LS+ plain"}, append(told, "LS+ $LDS.A"))
	b.quiet()
	a.nc.Close()
	n.hear("LS- A $G $LDS.A", "LS- A $G x", "LS- A $G work q")
	n.nc.Close()
	for _, line := range b.until("LS- plain") { // that the server is gone is told, and what it wanted is not wanted any more
		assert.Regexp(t, "^LS- |^INFO ", line)
	}
}

// TestSpokeInAnOldCluster: a server that does not know leaf nodes is told of what they want as of what clients do.
func TestSpokeInAnOldCluster(t *testing.T) {
	broker := actorstest.Start(t, openCluster())
	n := visit(t, broker, "THERE")
	n.join()
	a, _ := attach(t, broker, "A")
	a.send("LS+ x", "LS+ work q 2", "")
	a.quiet()
	n.hear("RS+ $G x", "RS+ $G work q 2")
	n.send("RS+ $G y", "")
	n.quiet()
	a.expect("LS+ y")
	a.send("LMSG y 1", "x", "")
	n.expect("RMSG $G y 1", "x")
	n.send("RMSG $G x 1", "x", "")
	a.expect("LMSG x 1", "x")
}

// TestSpokeAndHub: what a stream behind a hub sends to a consumer behind a leaf node arrives there as the stream has sent it: by
// the subject that the consumer waits for.
func TestSpokeAndHub(t *testing.T) {
	h := newHub(t)
	config := open()
	config.LeafNodes.Remotes = []actors.Remote{h.remote()}
	broker, hub, _ := linked(t, h, config, "svc")
	f, told := attach(t, broker, "L")
	assert.Contains(t, told, "LS+ svc")
	f.send("LS+ inbox", "")
	f.quiet()
	hub.until("LS+ inbox")
	hub.send("LMSG inbox $JS.ACK.S.C.1.1.1.1.0@rec.a 1", "x", "HMSG inbox $JS.ACK.S.C.1.2.2.1.0@rec.b 12 13", "NATS/1.0", "", "b", "LMSG inbox 1", "y", "")
	f.expect("LMSG inbox $JS.ACK.S.C.1.1.1.1.0@rec.a 1", "x", "HMSG inbox $JS.ACK.S.C.1.2.2.1.0@rec.b 12 13", "NATS/1.0", "", "b", "LMSG inbox 1", "y")
	f.send("LMSG svc r 1", "q", "")
	hub.expect("LMSG svc r 1", "q")
}
