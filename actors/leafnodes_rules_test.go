package actors_test

import (
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/troupe-mq/troupe/actors"
	"github.com/troupe-mq/troupe/actors/access"
	"github.com/troupe-mq/troupe/actors/actorstest"
	"github.com/troupe-mq/troupe/actors/config"
)

// silent is a client that asks for no +OK.
func silent(t *testing.T, b *actorstest.Broker) *actorstest.Client {
	t.Helper()
	c := b.Client(t)
	c.Send(`CONNECT {"verbose":false,"headers":true,"no_responders":true}`)
	return c
}

// TestLeafNodeStreams: what a stream delivers is matched by one subject and shown under another, its group is one that no
// client can have, and a domain of the hub's is mapped on the way.
func TestLeafNodeStreams(t *testing.T) {
	h := newHub(t)
	h.info["domain"], h.info["jetstream"] = "E", true
	broker, f, _ := linked(t, h, actors.Config{}, "$JS.E.API.DIRECT.GET.T _sys_ 1", "$JS.ACK.>")
	asked := make(chan string, 8)
	broker.WatchConsumers(func(_ string, subject, reply, _ []byte) { asked <- string(subject) + " " + string(reply) })
	a := silent(t, broker)
	a.Send("SUB in.* 1", "SUB $KV.b.> 2")
	a.Fence()
	f.hear("LS+ in.*", "LS+ $KV.b.>")
	f.send("LMSG in.1 $JS.ACK.s.c.1.1.1.1700000000000000000.0@orders.new 2", "hi", "HMSG in.2 $JS.ACK._.h.s.c.1.1.1.17.0@a@b 12 13", "NATS/1.0", "", "b",
		"LMSG in.3 $JS.ACK.s@no 1", "x", "")
	a.Expect("MSG orders.new 1 $JS.ACK.s.c.1.1.1.1700000000000000000.0 2", "hi", "HMSG a@b 1 $JS.ACK._.h.s.c.1.1.1.17.0 12 13", "NATS/1.0", "", "b",
		"MSG in.3 1 $JS.ACK.s@no 1", "x")
	a.Send("PUB $JS.API.INFO in.9 0", "", "PUB $KV.b.k in.8 1", "v", "PUB $JS.ACK.s.c.1 0", "", "PUB $JS.E.API.DIRECT.GET.T in.7 0", "", "PUB $JS.API.CONSUMER.MSG.NEXT.s.c in.6 1", "1")
	f.expect("LMSG $JS.E.API.INFO in.9 0", "", "LMSG $JS.E.API.$KV.b.k in.8 1", "v", "LMSG $JS.ACK.s.c.1 0", "", "LMSG $JS.E.API.DIRECT.GET.T + in.7 _sys_ 0", "",
		"LMSG $JS.E.API.CONSUMER.MSG.NEXT.s.c in.6 1", "1")
	a.Expect("MSG $KV.b.k 2 in.8 1", "v")
	assert.Empty(t, asked, "a link from before knows of nobody who watches")
}

// TestLeafNodeStreamsWithoutDomain: a hub whose JetStream has no domain is given what stores and direct gets need, which it
// takes and does not announce, unless the configuration says that nothing is to be done about domains.
func TestLeafNodeStreamsWithoutDomain(t *testing.T) {
	h := newHub(t)
	h.info["jetstream"] = true
	broker, f, _ := linked(t, h, actors.Config{}, "$JS.API.>")
	a := silent(t, broker)
	a.Send("PUB $KV.b.k in.1 1", "v", "PUB $OBJ.o.C.x 1", "v", "PUB $JS.API.DIRECT.GET.T in.2 0", "", "PUB $JS.API.INFO in.3 0", "")
	f.expect("LMSG $KV.b.k in.1 1", "v", "LMSG $OBJ.o.C.x 1", "v", "LMSG $JS.API.DIRECT.GET.T + in.2 _sys_ 0", "", "LMSG $JS.API.INFO in.3 0", "")

	r := h.remote()
	r.JetStreamDomain = config.NoDomain
	events := watch(broker)
	require.NoError(t, broker.ApplyRemotes("test", []actors.Remote{r}))
	f, _ = h.welcome()
	require.False(t, (<-events).Up)
	require.True(t, (<-events).Up)
	a.Send("SUB in 1", "PUB $KV.b.k in 1", "v")
	assert.Contains(t, a.Line(), "HMSG in 1")
	f.hear("LS+ in")
	f.quiet()
}

// TestLeafNodeStreamsAreNotWatched: a hub ends the link that wants a subject of its JetStream, so it is not told; who is
// here sees what is said here.
func TestLeafNodeStreamsAreNotWatched(t *testing.T) {
	h := newHub(t)
	h.info["jetstream"], h.info["api_lvl"] = true, 2
	broker, f, _ := linked(t, h, actors.Config{}, "$JS.API.>")
	a := silent(t, broker)
	assert.Contains(t, broker.Client(t).Info, `"jetstream":true,"api_lvl":2`)
	a.Send("SUB $JS.API.INFO 1", "SUB $KV.b.k 2", "SUB $OBJ.o.M.x q 3", "SUB $KV.*.k 4", "SUB $JS.EVENT.x 5")
	a.Fence()
	f.hear("LS+ $KV.*.k", "LS+ $JS.EVENT.x")
	a.Send("PUB $JS.API.INFO in.1 0", "")
	f.expect("LMSG $JS.API.INFO in.1 0", "")
	a.Expect("MSG $JS.API.INFO 1 in.1 0", "")
}

// TestLeafNodeDenied: what the configuration and the hub deny is neither announced nor passed on, in either direction.
func TestLeafNodeDenied(t *testing.T) {
	h := newHub(t)
	h.info["export"] = map[string]any{"deny": []string{"hub.no"}}
	r := h.remote()
	r.DenyImports, r.DenyExports = []string{"in.secret.>"}, []string{"out.secret"}
	broker, f, _ := linked(t, h, actors.Config{LeafNodes: &actors.LeafNodes{Remotes: []actors.Remote{r}}}, "out.*", "hub.*")
	a := silent(t, broker)
	a.Send("SUB in.> 1", "SUB in.secret.x 2")
	a.Fence()
	f.expect("LS+ in.>")
	f.send("LMSG in.secret.x 1", "x", "LMSG in.open 1", "y", "")
	a.Expect("MSG in.open 1 1", "y")
	a.Send("PUB out.secret 1", "x", "PUB hub.no 1", "x", "PUB out.open 1", "y", "PUB hub.yes 1", "z")
	f.expect("LMSG out.open 1", "y", "LMSG hub.yes 1", "z")
	f.quiet()
}

// TestLeafNodeLimits: a message that is too large for the hub does not go there, and its sender is told that nobody has it.
func TestLeafNodeLimits(t *testing.T) {
	h := newHub(t)
	h.info["max_payload"] = 4
	broker, f, _ := linked(t, h, actors.Config{}, "out")
	a := silent(t, broker)
	a.Send("SUB in 1", "PUB out in 5", "12345", "PUB out in 4", "1234")
	a.Expect("HMSG in 1 35 35", "NATS/1.0 503", "Nats-Subject: out", "", "")
	f.expect("LS+ in", "LMSG out in 4", "1234")
	large := strings.Repeat("x", 2<<20) // what a server says itself is not bounded by what its clients may say
	f.send("LMSG in 2097152", large, "")
	a.Expect("MSG in 1 2097152", large)
}

// TestLeafNodeServices: a request that comes over a link may be for a service of another account, and a request that goes
// over one may have come from another account. Their answers find back.
func TestLeafNodeServices(t *testing.T) {
	h := newHub(t)
	r := h.remote()
	r.Account = "A"
	config := actors.Config{
		LeafNodes: &actors.LeafNodes{Remotes: []actors.Remote{r}},
		Accounts: []access.Account{
			{Name: "A", Users: []access.User{{Name: "a"}}, Exports: []access.Export{{Service: "far.svc"}}, Imports: []access.Import{{Account: "B", Service: "near.svc"}}},
			{Name: "B", Users: []access.User{{Name: "b"}}, Exports: []access.Export{{Service: "near.svc"}}, Imports: []access.Import{{Account: "A", Service: "far.svc"}}},
		},
	}
	broker, f, told := linked(t, h, config, "far.svc")
	assert.Contains(t, told, "LS+ near.svc")
	b := broker.Client(t)
	b.Send(`CONNECT {"verbose":false,"headers":true,"user":"b"}`, "SUB near.svc 1", "SUB in 2")
	b.Fence()
	f.send("LMSG near.svc r.1 3", "ask", "")
	reply := strings.Fields(b.Line())[3]
	b.Expect("NATS/1.0")
	assert.Regexp(t, `^Nats-Request-Info: {"acc":"A"(,"rtt":\d+)?}$`, b.Line())
	b.Expect("", "ask")
	f.send("LS+ r.1", "")
	f.quiet()
	b.Send("PUB "+reply+" 6", "answer", "PUB far.svc in 3", "ask")
	f.expect("LMSG r.1 6", "answer")
	line := strings.Fields(f.line())
	require.Equal(t, []string{"HMSG", "far.svc"}, line[:2])
	require.Regexp(t, `^_R_\.[A-Z0-9]{12}\.[A-Z0-9]+$`, line[2])
	assert.Contains(t, told, "LS+ "+line[2][:strings.LastIndex(line[2], ".")]+".>")
	f.expect("NATS/1.0")
	assert.Regexp(t, `^Nats-Request-Info: {"acc":"B","rtt":\d+}$`, f.line())
	f.expect("", "ask")
	f.send("LMSG "+line[2]+" 6", "answer", "")
	b.Expect("MSG in 2 6", "answer")
}

// TestLeafNodeImportedStreams: what a stream delivers by way of an import is shown under its own subject, if the import does
// not give it another.
func TestLeafNodeImportedStreams(t *testing.T) {
	h := newHub(t)
	r := h.remote()
	r.Account = "A"
	config := actors.Config{
		LeafNodes: &actors.LeafNodes{Remotes: []actors.Remote{r}},
		Accounts: []access.Account{
			{Name: "A", Users: []access.User{{Name: "a"}}, Exports: []access.Export{{Stream: "in.>"}}},
			{Name: "B", Users: []access.User{{Name: "b"}}, Imports: []access.Import{{Account: "A", Stream: "in.>"}}},
			{Name: "C", Users: []access.User{{Name: "c"}}, Imports: []access.Import{{Account: "A", Stream: "in.>", Prefix: "from"}}},
		},
	}
	broker, f, _ := linked(t, h, config)
	b, c := broker.Client(t), broker.Client(t)
	b.Send(`CONNECT {"verbose":false,"headers":true,"user":"b"}`, "SUB in.b 1")
	c.Send(`CONNECT {"verbose":false,"headers":true,"user":"c"}`, "SUB from.in.c 1")
	b.Fence()
	c.Fence()
	f.hear("LS+ in.b", "LS+ in.c")
	f.send("LMSG in.b $JS.ACK.s.c.1.1.1.1700000000000000000.0@orders.new 2", "hi", "LMSG in.c $JS.ACK.s.c.1.1.1.1700000000000000000.0@orders.new 2", "ho", "")
	b.Expect("MSG orders.new 1 $JS.ACK.s.c.1.1.1.1700000000000000000.0 2", "hi")
	c.Expect("MSG from.in.c 1 $JS.ACK.s.c.1.1.1.1700000000000000000.0 2", "ho")
}

// TestLeafNodeImportedPulls: who asks for messages of a stream by way of an import gets them under their own subjects, with
// the replies by which the stream is told that they have come.
func TestLeafNodeImportedPulls(t *testing.T) {
	h := newHub(t)
	r := h.remote()
	r.Account = "A"
	config := actors.Config{
		LeafNodes: &actors.LeafNodes{Remotes: []actors.Remote{r}},
		Accounts: []access.Account{
			{Name: "A", Users: []access.User{{Name: "a"}}, Exports: []access.Export{{Service: "next", Responses: access.Stream}}},
			{Name: "B", Users: []access.User{{Name: "b"}}, Imports: []access.Import{{Account: "A", Service: "next"}}},
		},
	}
	broker, f, _ := linked(t, h, config, "next")
	b := broker.Client(t)
	b.Send(`CONNECT {"verbose":false,"headers":true,"user":"b"}`, "SUB in 1", "PUB next in 1", "2")
	line := strings.Fields(f.line())
	f.expect("NATS/1.0")
	assert.Contains(t, f.line(), `{"acc":"B",`)
	f.expect("", "2")
	for _, text := range []string{"hi", "ho"} {
		f.send("LMSG "+line[2]+" $JS.ACK.s.c.1.1.1.1700000000000000000.0@orders.new 2", text, "")
		b.Expect("MSG orders.new 1 $JS.ACK.s.c.1.1.1.1700000000000000000.0 2", text)
	}
	f.send("HMSG "+line[2]+" 16 16", "NATS/1.0 404", "", "", "")
	b.Expect("HMSG in 1 16 16", "NATS/1.0 404", "", "")
}

// TestSpokesKeptFromAHub: a hub that is not to hear what leaf nodes want hears what clients want.
func TestSpokesKeptFromAHub(t *testing.T) {
	for apart, want := range map[bool][]string{false: {"LS+ x", "LS+ y"}, true: {"LS+ y"}} {
		t.Run(strconv.FormatBool(apart), func(t *testing.T) {
			h, c := newHub(t), open()
			r := h.remote()
			r.Apart = apart
			c.LeafNodes.Remotes = []actors.Remote{r}
			broker, hub, _ := linked(t, h, c)
			a, _ := attach(t, broker, "A")
			a.send("LS+ x", "")
			a.quiet()
			client := broker.Client(t)
			client.Send(`CONNECT {"verbose":false}`, "SUB y 1")
			client.Fence()
			hub.expect(want...)
			hub.quiet()
		})
	}
}

// TestTwoHubs: an account with links to two hubs has what is at either. Nothing goes from one to the other through it.
func TestTwoHubs(t *testing.T) {
	one, two := newHub(t), newHub(t)
	two.info["server_id"], two.info["server_name"] = "HUB2", "hub2"
	broker := actorstest.Start(t, actors.Config{})
	up := watch(broker)
	require.NoError(t, broker.ApplyRemotes("test", []actors.Remote{one.remote(), two.remote()}))
	first, _ := one.welcome("x", "svc", "$JS.API.>")
	second, _ := two.welcome("x", "y", "$JS.API.>")
	for range 2 {
		e := <-up
		require.True(t, e.Up, "%v", e.Err)
	}
	var names []string
	for _, l := range broker.Links(t.Context(), false) {
		names = append(names, l.Remote)
	}
	assert.Equal(t, []string{"$G", "$G-2"}, names)
	a := broker.Client(t)
	a.Send(`CONNECT {"verbose":false}`, "SUB inbox 1")
	a.Fence()
	first.expect("LS+ inbox")
	second.expect("LS+ inbox")
	a.Send("PUB x 1", "m", "PUB svc inbox 1", "q", "PUB y 1", "n", "PUB $JS.API.INFO inbox 0", "")
	first.expect("LMSG x 1", "m", "LMSG svc inbox 1", "q", "LMSG $JS.API.INFO inbox 0", "")
	second.expect("LMSG x 1", "m", "LMSG y 1", "n")
	second.send("LMSG inbox 1", "r", "LMSG x 1", "s", "LS+ z", "")
	a.Expect("MSG inbox 1 1", "r")
	first.send("PING", "")
	first.expect("PONG")
	second.quiet()
	first.quiet()
}
