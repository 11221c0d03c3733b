package actors_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/troupe-mq/troupe/actors"
	"github.com/troupe-mq/troupe/actors/access"
	"github.com/troupe-mq/troupe/actors/actorstest"
)

// withEngine is a broker whose streams an engine has, which wants some patterns.
func withEngine(t *testing.T, c actors.Config, domain string, wanted ...string) (*actorstest.Broker, *leaf) {
	t.Helper()
	c.OwnStreams = true
	broker := actorstest.Start(t, c)
	e := newHub(t)
	e.info["server_id"], e.info["server_name"], e.info["domain"], e.info["jetstream"] = "ENGINE", "engine", domain, true
	r := e.remote()
	r.Engine = true
	if len(c.Accounts) > 0 {
		r.Account = c.Accounts[0].Name
	}
	up := watch(broker)
	require.NoError(t, broker.ApplyRemotes("engine", []actors.Remote{r}))
	f, _ := e.welcome(wanted...)
	at := <-up
	require.True(t, at.Up, "%v", at.Err)
	return broker, f
}

// TestEngineAndHub: a broker with an engine and a hub, which stores too, has them hear of each other, each by its own domain.
// What names none is the engine's alone.
func TestEngineAndHub(t *testing.T) {
	broker, engine := withEngine(t, actors.Config{}, "E", "orders.>")
	h := newHub(t)
	h.info["domain"], h.info["jetstream"] = "H", true
	up := watch(broker)
	require.NoError(t, broker.ApplyRemotes("test", []actors.Remote{h.remote()}))
	hub, told := h.welcome("$JS.H.API.>", "$JS.API.>")
	at := <-up
	require.True(t, at.Up, "%v", at.Err)
	assert.Contains(t, told, "LS+ orders.>")
	assert.NotContains(t, told, "LS+ $JS.API.>")
	assert.NotContains(t, told, "LS+ $KV.>")
	engine.expect("LS+ $JS.H.API.>")

	engine.send("LMSG $JS.H.API.CONSUMER.CREATE.S in.1 2", "{}", "")
	hub.expect("LMSG $JS.H.API.CONSUMER.CREATE.S in.1 2", "{}")
	hub.send("LMSG orders.new 1", "x", "LMSG $JS.API.INFO in.2 0", "", "")
	engine.expect("LMSG orders.new 1", "x")

	a := silent(t, broker)
	a.Send("PUB $JS.API.INFO in.3 0", "", "PUB $KV.b.k in.4 1", "v", "PUB $JS.H.API.INFO in.5 0", "")
	a.Fence()
	engine.expect("LMSG $JS.E.API.INFO in.3 0", "", "LMSG $JS.E.API.$KV.b.k in.4 1", "v")
	hub.expect("LMSG $JS.H.API.INFO in.5 0", "")
	engine.quiet()
	hub.quiet()
}

// TestHubOfOthers: an account that stores nothing here has the streams of its hub by the usual subjects.
func TestHubOfOthers(t *testing.T) {
	c := actors.Config{Accounts: accounts("A", "B")}
	c.Accounts[0].Storage = access.Unlimited()
	broker, engine := withEngine(t, c, "E")
	h := newHub(t)
	h.info["domain"], h.info["jetstream"] = "H", true
	r := h.remote()
	r.Account = "B"
	up := watch(broker)
	require.NoError(t, broker.ApplyRemotes("test", []actors.Remote{r}))
	hub, _ := h.welcome("$JS.H.API.>")
	require.True(t, (<-up).Up)
	b := broker.Client(t)
	b.Send(`CONNECT {"verbose":false,"user":"B","pass":"B"}`, "PUB $JS.API.INFO in.1 0", "")
	hub.expect("LMSG $JS.H.API.INFO in.1 0", "")
	engine.quiet()
}

// TestEngineInACluster: the servers of a cluster hear of an engine's streams, and it of what they want. Each has its own API.
func TestEngineInACluster(t *testing.T) {
	broker, engine := withEngine(t, clustered(), "", "orders.>", "$JS.API.>")
	n := visit(t, broker, "N")
	told := n.join()
	assert.Contains(t, told, "RS+ $G orders.>")
	n.send("RS+ $G $JS.API.>", "RS+ $G in.*", "")
	engine.expect("LS+ in.*")
	engine.send("LMSG in.1 1", "x", "")
	n.expect("RMSG $G in.1 1", "x")
	n.send("RMSG $G orders.new 1", "y", "")
	engine.expect("LMSG orders.new 1", "y")
	a := silent(t, broker)
	a.Send("PUB $JS.API.INFO in.2 0", "")
	engine.expect("LMSG $JS.API.INFO in.2 0", "")
	n.quiet()
	engine.quiet()
}
