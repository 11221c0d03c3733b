package actors_test

import (
	"net"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/troupe-mq/troupe/actors/access"
	"github.com/troupe-mq/troupe/actors/actorstest"
)

// TestSpokesHearEachOther: leaf nodes reach each other by their hub, but for those of one cluster, which do so at home. One of
// the members of a queue group behind several of them gets a message.
func TestSpokesHearEachOther(t *testing.T) {
	broker := actorstest.Start(t, open())
	a, _ := attach(t, broker, "A")
	b1, _ := attach(t, broker, "B1", "cluster", "B")
	a.send("LS+ $LDS.A", "LS+ x", "LS+ work q 1", "")
	a.quiet()
	b1.hear("LS+ $LDS.A", "LS+ x", "LS+ work q 1")
	b1.send("LS+ x", "LS+ work q 2", "")
	b1.quiet()
	a.hear("LS+ x", "LS+ work q 2")
	b2, told := attach(t, broker, "B2", "cluster", "B")
	assert.ElementsMatch(t, []string{"LS+ x", "LS+ work q 1"}, told)

	a.send("LMSG x 1", "a", "LMSG work | q 1", "w", "")
	b1.expect("LMSG x 1", "a", "LMSG work | q 1", "w")
	b2.send("LMSG x 1", "b", "LMSG work | q 1", "w", "")
	a.expect("LMSG x 1", "b", "LMSG work | q 1", "w")
	b1.quiet()
	b2.quiet()
	c := broker.Client(t)
	c.Send(`CONNECT {"verbose":false}`, "SUB work q 1", "PUB x 1", "c", "PUB work 1", "w")
	c.Expect("MSG work 1 1", "w") // whoever is near is preferred
	a.until("LMSG x 1")
	b1.until("LMSG x 1")
}

// TestIsolatedSpoke: a leaf node that is to be alone is not told what others want, be that the hub's wish or its own.
func TestIsolatedSpoke(t *testing.T) {
	broker := actorstest.Start(t, open())
	a, _ := attach(t, broker, "A")
	a.send("LS+ x", "")
	a.quiet()
	b, told := attach(t, broker, "B", "isolate", true)
	assert.Empty(t, told)
	a.send("LS+ y", "")
	a.quiet()
	c := broker.Client(t)
	c.Send(`CONNECT {"verbose":false}`, "SUB x 1")
	c.Fence()
	b.expect("LS+ x")
	b.send("LMSG x 1", "b", "")
	c.Expect("MSG x 1 1", "b")
	a.until("LMSG x 1") // what it sends all the same is delivered
	for _, n := range broker.LeafNodes(t.Context(), true) {
		assert.Equal(t, n.Server.Name == "B", n.Isolated)
	}

	config := open()
	config.LeafNodes.Listen.Isolate = true
	broker = actorstest.Start(t, config)
	a, _ = attach(t, broker, "A")
	a.send("LS+ x", "")
	a.quiet()
	_, told = attach(t, broker, "B")
	assert.Empty(t, told)
}

// TestSpokePermissions: a leaf node is told what its user may, and hears and is heard of no more than that. One that does what
// it may not has to go.
func TestSpokePermissions(t *testing.T) {
	c := open()
	c.Users = []access.User{{Name: "u", Password: "p", Permissions: &access.Permissions{
		Publish: access.Rules{Allow: []string{"to.>", "x"}, Deny: []string{"to.secret"}}, Subscribe: access.Rules{Deny: []string{"from.secret"}},
	}}, {Name: "all", Password: "p"}}
	broker := actorstest.Start(t, c)
	a := broker.Client(t)
	a.Send(`CONNECT {"verbose":false,"user":"all","pass":"p"}`, "SUB to.a 1", "SUB to.secret 1", "SUB other 1", "SUB x 4")
	a.Fence()
	f, told := attach(t, broker, "L", "user", "u", "pass", "p", "deny_pub", []string{"from.unwanted"})
	assert.ElementsMatch(t, []string{"LS+ to.a", "LS+ x"}, told)
	assert.Equal(t, map[string]any{"allow": []any{"to.>", "x"}, "deny": []any{"to.secret"}}, f.info["export"])
	assert.Equal(t, map[string]any{"deny": []any{"from.secret"}}, f.info["import"])
	f.send("LS+ from.>", "LS+ from.secret.>", "")
	f.quiet()
	a.Send("PUB from.secret 1", "s", "PUB from.unwanted 1", "u", "PUB from.a 1", "a", "PUB from.secret.a 1", "b")
	f.expect("LMSG from.a 1", "a", "LMSG from.secret.a 1", "b")
	f.send("LMSG to.a 1", "a", "LMSG _R_.X.1 1", "r", "")
	a.Expect("MSG to.a 1 1", "a")
	f.send("LMSG to.secret 1", "a", "")
	assert.Equal(t, "-ERR 'Permissions Violation for Publish to \"to.secret\"'\r\n", f.gone())
	a.Quiet()

	f, _ = attach(t, broker, "L", "user", "u", "pass", "p")
	f.send("LS+ from.secret", "")
	assert.Equal(t, "-ERR 'Permissions Violation for Subscription to \"from.secret\"'\r\n", f.gone())
}

// TestSpokeAnswers: a leaf node whose user may answer does so once for each request that it was sent, and may publish nothing
// else if there is no list of what. It is told of all that is wanted, for who waits for answers is a part of that.
func TestSpokeAnswers(t *testing.T) {
	c := open()
	c.Users = []access.User{
		{Name: "u", Password: "p", Permissions: &access.Permissions{Responses: &access.Responses{}}},
		{Name: "v", Password: "p", Permissions: &access.Permissions{Publish: access.Rules{Allow: []string{"to"}}, Responses: &access.Responses{}}},
		{Name: "all", Password: "p"},
	}
	broker := actorstest.Start(t, c)
	a := broker.Client(t)
	a.Send(`CONNECT {"verbose":false,"user":"all","pass":"p"}`, "SUB r.* 1", "SUB to 2")
	a.Fence()
	f, told := attach(t, broker, "L", "user", "u", "pass", "p")
	assert.ElementsMatch(t, []string{"LS+ r.*", "LS+ to"}, told)
	f.send("LS+ svc.*", "LS+ group q 1", "LS+ group p 1", "")
	f.quiet()
	a.Send("PUB svc.a r.1 1", "a", "PUB svc.a r.2 1", "b", "PUB group r.3 1", "c", "PUB svc.a 1", "d")
	f.expect("LMSG svc.a r.1 1", "a", "LMSG svc.a r.2 1", "b")
	assert.Contains(t, []string{"LMSG group + r.3 q p 1", "LMSG group + r.3 p q 1"}, f.line())
	f.expect("c", "LMSG svc.a 1", "d")
	f.send("LMSG r.3 1", "3", "LMSG r.1 1", "1", "LMSG r.2 1", "2", "")
	a.Expect("MSG r.3 1 1", "3", "MSG r.1 1 1", "1", "MSG r.2 1 1", "2")
	f.send("LMSG r.1 1", "1", "")
	assert.Equal(t, "-ERR 'Permissions Violation for Publish to \"r.1\"'\r\n", f.gone())

	f, _ = attach(t, broker, "L", "user", "v", "pass", "p")
	f.send("LS+ svc.*", "")
	f.quiet()
	a.Send("PUB svc.a r.1 1", "a")
	f.expect("LMSG svc.a r.1 1", "a")
	f.send("LMSG to 1", "x", "LMSG to 1", "x", "LMSG r.1 1", "1", "LMSG r.1 1", "1", "")
	a.Expect("MSG to 2 1", "x", "MSG to 2 1", "x", "MSG r.1 1 1", "1")
	assert.Equal(t, "-ERR 'Permissions Violation for Publish to \"r.1\"'\r\n", f.gone())
	a.Quiet()
}

// TestSpokeHasItsOwnStorage: JetStream of the hub is not asked by the usual names, nor is that of the leaf node.
func TestSpokeHasItsOwnStorage(t *testing.T) {
	broker := actorstest.Start(t, open())
	a := broker.Client(t)
	a.Send(`CONNECT {"verbose":false}`, "SUB $JS.API.> 1", "SUB $KV.a.> 2", "SUB $JS.E.API.> 3")
	a.Fence()
	f, told := attach(t, broker, "L")
	assert.Equal(t, []string{"LS+ $JS.E.API.>"}, told)
	f.send("LS+ $JS.API.>", "LS+ $KV.b.x", "LS+ >", "")
	f.quiet()
	a.Send("PUB $JS.API.INFO 1", "x", "PUB $KV.b.x 1", "x", "PUB $OBJ.x 1", "x", "PUB $JS.L.API.INFO 1", "x")
	f.expect("LMSG $JS.L.API.INFO 1", "x")
	f.send("LMSG $JS.E.API.INFO 1", "x", "")
	a.Expect("MSG $JS.API.INFO 1 1", "x", "MSG $JS.E.API.INFO 3 1", "x")
}

// TestSpokeLoop: a leaf node that brings back what this broker has announced is a way in a circle.
func TestSpokeLoop(t *testing.T) {
	broker := actorstest.Start(t, open())
	f := dialSpoke(t, broker)
	f.introduce("L")
	f.hearInfo()
	for _, line := range f.until("PING") {
		if strings.Contains(line, "$LDS.") {
			f.send(line, "")
		}
	}
	assert.Regexp(t, `^-ERR 'Loop detected`, f.gone())
}

// TestSpokeRefused: who is no leaf node, or may not be one, is told so.
func TestSpokeRefused(t *testing.T) {
	c := open()
	c.ClusterName, c.LeafNodes.Listen.MinVersion = "C", "2.10.0"
	broker := actorstest.Start(t, c)
	for said, more := range map[string][]any{
		`attempted to connect to leaf node port`:                         {"lang", "go"},
		`Rejecting connection from gateway "G" on the leafnode port`:     {"gateway", "G"},
		`cluster name cannot contain spaces`:                             {"cluster", "a b"},
		`remote leafnode has same cluster name`:                          {"cluster", "C"},
		`connection rejected since minimum version required is "2.10.0"`: {"version", "2.9.25"},
	} {
		f := dialSpoke(t, broker)
		f.introduce("L", more...)
		assert.Equal(t, "-ERR '"+said+"'\r\n", strings.ReplaceAll(f.gone(), "Unknown Protocol Operation", ""), said)
	}
	f := dialSpoke(t, broker)
	f.introduce("L", "name", 7)
	assert.Empty(t, f.gone(), "that no sense can be made of it is not said among servers")
	f = dialSpoke(t, broker)
	f.send("LS+ x", "")
	assert.Equal(t, "-ERR 'Authorization Violation'\r\n", f.gone())
	assert.Empty(t, broker.LeafNodes(t.Context(), false))
	f, _ = attach(t, broker, "L")
	f.send(`INFO {"server_id":"L"}`, `INFO {"cluster":"L","nonce":"new"}`, "")
	f.quiet()
	f.send(`INFO {"cluster":"a b"}`, "")
	assert.Equal(t, "-ERR 'cluster name cannot contain spaces'\r\n", f.gone())
}

// TestSpokeComesAgain: of two connections of one leaf node the later one counts.
func TestSpokeComesAgain(t *testing.T) {
	broker := actorstest.Start(t, open())
	f, _ := attach(t, broker, "L")
	g, _ := attach(t, broker, "L")
	assert.Equal(t, "-ERR 'Duplicate Remote LeafNode Connection'\r\n", f.gone())
	g.quiet()
	_, _ = attach(t, broker, "L", "remote_account", "OTHER") // it is another link of the same server
	g.quiet()
	require.Eventually(t, func() bool { return len(broker.LeafNodes(t.Context(), false)) == 2 }, patience, time.Millisecond)
}

// TestSpokeLimits: an account may have so many leaf nodes, and each want so much.
func TestSpokeLimits(t *testing.T) {
	c := open()
	c.Accounts = accounts("A")
	c.Accounts[0].Limits = access.Limits{MaxLeafNodes: 1, MaxSubscriptions: 2, MaxPayload: 8}
	broker := actorstest.Start(t, c)
	f, _ := attach(t, broker, "L", "user", "A", "pass", "A")
	assert.InDelta(t, 8, f.info["max_payload"], 0)
	more := dialSpoke(t, broker)
	more.introduce("M", "user", "A", "pass", "A")
	assert.Equal(t, "-ERR 'maximum account active connections exceeded'\r\n", more.gone())
	f.send("LS+ a", "LS+ b", "LS+ c", "LS+ d q 1", "")
	f.expect("-ERR 'maximum subscriptions exceeded'", "-ERR 'maximum subscriptions exceeded'")
	a := broker.Client(t)
	a.Send(`CONNECT {"verbose":false,"user":"A","pass":"A"}`, "PUB c 1", "x", "PUB b 1", "x")
	f.expect("LMSG b 1", "x")
	f.send("LMSG x 9", "123456789", "")
	assert.Equal(t, "-ERR 'Maximum Payload Violation'\r\n", f.gone())
	g, _ := attach(t, broker, "L", "user", "A", "pass", "A")
	g.quiet()
}

// TestSpokeCrashes: a link that crashes ends alone, and behind a partition that has crashed a leaf node is told what has changed
// meanwhile, and no more.
func TestSpokeCrashes(t *testing.T) {
	c := open()
	c.Partitions = 2
	broker := actorstest.Start(t, c)
	a, _ := attach(t, broker, "A")
	b, _ := attach(t, broker, "B")
	k := silent(t, broker)
	k.Send("SUB x 1", "SUB y.* 2", "SUB z.> 3")
	k.Fence()
	a.hear("LS+ x", "LS+ y.*", "LS+ z.>")
	b.hear("LS+ x", "LS+ y.*", "LS+ z.>")
	for _, n := range broker.LeafNodes(t.Context(), false) {
		if n.Server.Name == "A" {
			harm(t, broker, "connections/link-"+strconv.FormatUint(n.Connection.CID, 10))
		}
	}
	assert.Contains(t, a.gone(), "Internal Error")
	harm(t, broker, "partitions/part-0")
	harm(t, broker, "partitions/part-1")
	harm(t, broker, "listeners/leafnodes")
	k.Send("UNSUB 2", "SUB w 4")
	k.Fence()
	b.send("PING", "")
	for _, line := range b.until("PONG") {
		assert.Contains(t, []string{"LS- y.*", "LS+ w"}, line)
	}
	b.send("LMSG w 1", "m", "LMSG x 1", "m", "")
	k.Expect("MSG w 4 1", "m", "MSG x 1 1", "m")
	var told []string
	require.Eventually(t, func() bool { // the address is open again
		nc, err := net.Dial("tcp", broker.LeafNodeAddr().String())
		if err == nil {
			nc.Close()
		}
		return err == nil
	}, patience, time.Millisecond)
	a, told = attach(t, broker, "A")
	assert.ElementsMatch(t, []string{"LS+ x", "LS+ z.>", "LS+ w"}, told)
	a.quiet()
}
