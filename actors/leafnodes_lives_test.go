package actors_test

import (
	"context"
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
	"github.com/troupe-mq/troupe/actors/report"
)

// wanted are the patterns that a hub has been told are wanted, but for those of the link itself.
func wanted(told []string) (patterns []string) {
	for _, line := range told {
		pattern := strings.TrimPrefix(line, "LS+ ")
		if !strings.HasPrefix(pattern, "$LDS.") && !strings.HasPrefix(pattern, "_R_.") {
			patterns = append(patterns, pattern)
		}
	}
	slices.Sort(patterns)
	return patterns
}

// harm has an actor fail, and waits until it is there again or has ended.
func harm(t *testing.T, b *actorstest.Broker, target string) {
	t.Helper()
	_, err := b.Inject(t.Context(), actors.Fault{Target: target, Kind: actors.FaultPanic})
	require.NoError(t, err)
}

// TestLeafNodeComesBack: the hub closes and the link crashes, and each time the next one is told all that is wanted. Nobody
// is disconnected, and who asks meanwhile hears at once that there is no one.
func TestLeafNodeComesBack(t *testing.T) {
	h := newHub(t)
	broker, f, _ := linked(t, h, actors.Config{}, "there")
	events := watch(broker)
	a := silent(t, broker)
	a.Send("SUB in 1", "SUB b.* 2", "SUB q g 3", "SUB q g 4")
	a.Fence()
	f.nc.Close()
	require.False(t, (<-events).Up)
	a.Send("PUB there in 1", "x")
	a.Expect("HMSG in 1 37 37", "NATS/1.0 503", "Nats-Subject: there", "", "")
	f, told := h.welcome("there")
	assert.Equal(t, []string{"b.*", "in", "q g 2"}, wanted(told))
	require.True(t, (<-events).Up)
	a.Send("PUB there in 1", "x")
	f.expect("LMSG there in 1", "x")

	id := broker.Links(t.Context(), false)[0].ID
	harm(t, broker, "connections/link-"+strconv.FormatUint(id, 10))
	require.False(t, (<-events).Up)
	_, told = h.welcome("there")
	assert.Equal(t, []string{"b.*", "in", "q g 2"}, wanted(told))
	require.True(t, (<-events).Up)

	harm(t, broker, "links/uplink-1")
	f, told = h.welcome("there")
	assert.Equal(t, []string{"b.*", "in", "q g 2"}, wanted(told))
	f.send("LMSG b.1 1", "x", "")
	a.Expect("MSG b.1 2 1", "x")
}

// TestLeafNodeAfterAPartition: partitions crash, and what the hub wants and is told is as before; what goes and comes
// afterwards is told.
func TestLeafNodeAfterAPartition(t *testing.T) {
	broker, f, _ := linked(t, newHub(t), actors.Config{Partitions: 2}, "there.>", "*.wide")
	a, b := silent(t, broker), silent(t, broker)
	a.Send("SUB in.a 1", "SUB in.b.* 2", "SUB > 3", "SUB q g 4")
	a.Fence()
	b.Send("SUB in.a 1", "SUB q g 2")
	b.Fence()
	f.hear("LS+ in.a", "LS+ in.b.*", "LS+ >", "LS+ q g 1", "LS+ q g 2")
	harm(t, broker, "partitions/part-0")
	harm(t, broker, "partitions/part-1")
	f.quiet()
	a.Send("PUB there.x 1", "x", "PUB a.wide 1", "y")
	f.expect("LMSG there.x 1", "x", "LMSG a.wide 1", "y")
	b.Close()
	f.expect("LS+ q g 1")
	a.Send("UNSUB 3", "UNSUB 1", "SUB new.one 5", "UNSUB 4")
	f.hear("LS- >", "LS- in.a", "LS+ new.one", "LS- q g")
	f.quiet()
}

// TestLeafNodeLoop: who gets his own sign back ends the link, and so does a server that does not speak as one.
func TestLeafNodeLoop(t *testing.T) {
	h := newHub(t)
	broker, f, told := linked(t, h, actors.Config{})
	events := watch(broker)
	i := slices.IndexFunc(told, func(line string) bool { return strings.HasPrefix(line, "LS+ $LDS.") })
	f.send(told[i], "")
	f.expect("-ERR 'Loop detected'")
	assert.ErrorContains(t, (<-events).Err, "Loop Detected")
}

func TestLeafNodeNonsense(t *testing.T) {
	h := newHub(t)
	broker, f, _ := linked(t, h, actors.Config{})
	events := watch(broker)
	f.send("RMSG $G a 1", "x", "")
	f.expect("-ERR 'Unknown Protocol Operation'")
	assert.ErrorContains(t, (<-events).Err, "Protocol Violation")
}

// TestLeafNodeBeforeClients: no client is served before the hub has said what it wants.
func TestLeafNodeBeforeClients(t *testing.T) {
	h := newHub(t)
	started := make(chan *actors.Broker, 1)
	go func() {
		b, err := actors.Start(context.Background(), actors.Config{Host: "127.0.0.1", Port: -1, LeafNodes: &actors.LeafNodes{Remotes: []actors.Remote{h.remote()}}})
		assert.NoError(t, err)
		started <- b
	}()
	f := h.accept()
	select {
	case <-started:
		require.Fail(t, "it has not waited")
	default:
	}
	f.send(`INFO {"connect_info":true,"max_payload":1024}`, "LS+ there", "")
	f.until("PING")
	b := <-started
	subs, err := b.Subscribers(t.Context(), "$G", "there")
	require.NoError(t, err)
	assert.Len(t, subs, 1)
	require.NoError(t, b.Stop(t.Context()))
}

// TestLeafNodeReload: remotes come, change and go, and those that stay the same keep their link.
func TestLeafNodeReload(t *testing.T) {
	one, two := newHub(t), newHub(t)
	config := actors.Config{LeafNodes: &actors.LeafNodes{Remotes: []actors.Remote{one.remote()}}}
	broker, f, _ := linked(t, one, config)
	events := watch(broker)
	config.NoListen, config.MaxSubTokens = true, 9
	_, err := broker.Reload(t.Context(), config)
	require.NoError(t, err)
	f.quiet()
	config.LeafNodes = &actors.LeafNodes{Remotes: []actors.Remote{two.remote()}}
	_, err = broker.Reload(t.Context(), config)
	require.NoError(t, err)
	require.False(t, (<-events).Up)
	f, _ = two.welcome()
	require.True(t, (<-events).Up)
	config.LeafNodes = nil
	_, err = broker.Reload(t.Context(), config)
	require.NoError(t, err)
	require.False(t, (<-events).Up)
	_, err = f.r.ReadString('\n')
	require.Error(t, err, "it is closed")
	assert.Empty(t, broker.Links(t.Context(), false))
}

// TestLeafNodeIsCounted: a link counts in its account, as a link: not towards the limit of clients.
func TestLeafNodeIsCounted(t *testing.T) {
	h := newHub(t)
	r := h.remote()
	r.Account = "A"
	broker, f, _ := linked(t, h, actors.Config{
		LeafNodes: &actors.LeafNodes{Remotes: []actors.Remote{r}},
		Accounts:  []access.Account{{Name: "A", Users: []access.User{{Name: "a"}}, Limits: access.Limits{MaxConnections: 1}}},
	}, "there")
	a := broker.Client(t)
	a.Send(`CONNECT {"verbose":false,"user":"a"}`, "SUB here 1", "PUB there 2", "hi", "PUB nowhere 1", "x")
	a.Fence()
	f.until("hi")
	f.send("LMSG here 3", "you", "")
	a.Expect("MSG here 1 3", "you")
	of := func(name string) report.Account {
		for _, a := range broker.Accounts() {
			if a.Name == name {
				return a
			}
		}
		return report.Account{}
	}
	require.Eventually(t, func() bool { return of("A").OutMessages == 2 && of("A").InMessages == 3 }, patience, time.Millisecond)
	got := of("A")
	got.Exports, got.Imports = nil, nil
	assert.Equal(t, report.Account{
		Name: "A", Users: true, Connections: 1, TotalConnections: 1, Links: 1, Subscriptions: 1,
		InMessages: 3, InBytes: 6, OutMessages: 2, OutBytes: 5,
		LinksInMessages: 1, LinksInBytes: 3, LinksOutMessages: 1, LinksOutBytes: 2,
	}, got)
	assert.Zero(t, of("$G").LinksOutMessages)
	require.NoError(t, f.nc.Close())
	require.Eventually(t, func() bool { return of("A").Links == 0 }, patience, time.Millisecond)
}
