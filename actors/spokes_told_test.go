package actors_test

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/troupe-mq/troupe/actors/actorstest"
)

// TestOnlyNewsIsTold: leaf nodes are told where the leaf nodes of a cluster are let in when that changes, and of nothing else;
// clients where clients are. An address that several servers have in common is told once, and for as long as one has it.
func TestOnlyNewsIsTold(t *testing.T) {
	config := openCluster()
	config.Host, config.Port, config.ClientAdvertise = "127.0.0.1", -1, "front:4222"
	broker := actorstest.Start(t, config)
	own := broker.LeafNodeAddr().String()
	client := broker.Client(t)
	client.Send(`CONNECT {"verbose":false,"protocol":1}`, "PING")
	client.Expect("PONG")
	info(t, client)
	leaf, _ := attach(t, broker, "L")
	join := func(id string, more ...any) *node {
		n := visit(t, broker, id)
		n.introduce()
		n.inform(append(more, "connect_urls", []string{"front:4222"})...)
		n.until("PING")
		return n
	}

	a := join("A", "leafnode_urls", []string{"front:7422", own})
	leaf.hearInfo()
	assert.Equal(t, []any{own, "front:7422"}, leaf.info["leafnode_urls"])
	assert.Equal(t, []any{"front:4222"}, info(t, client)["connect_urls"])
	b := join("B", "leafnode_urls", []string{"front:7422"})
	a.nc.Close()
	join("C")
	leaf.quiet()
	client.Quiet()
	b.nc.Close()
	leaf.hearInfo()
	assert.Equal(t, []any{own}, leaf.info["leafnode_urls"])
	client.Quiet()
}
