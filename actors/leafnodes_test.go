package actors_test

import (
	"bufio"
	"encoding/json"
	"net"
	"strings"
	"testing"
	"time"

	"github.com/troupe-mq/troupe/actors/report"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/troupe-mq/troupe/actors"
	"github.com/troupe-mq/troupe/actors/actorstest"
)

// hub is a port for leaf nodes, at which a test plays the server.
type hub struct {
	t    *testing.T
	l    net.Listener
	info map[string]any // what INFO says besides
}

func newHub(t *testing.T) *hub {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	t.Cleanup(func() { l.Close() })
	return &hub{t: t, l: l, info: map[string]any{"server_id": "HUB", "server_name": "hub", "headers": true, "max_payload": 1 << 20}}
}

// remote is the hub as the configuration names it.
func (h *hub) remote() actors.Remote { return actors.Remote{URLs: []string{h.l.Addr().String()}} }

// leaf is one link, from the hub's side.
type leaf struct {
	t       *testing.T
	nc      net.Conn
	r       *bufio.Reader
	connect map[string]any
}

// patience is how long a test waits for what must come.
const patience = 10 * time.Second

// accept waits for a link, and reads its CONNECT.
func (h *hub) accept() *leaf {
	h.t.Helper()
	nc, err := h.l.Accept()
	require.NoError(h.t, err)
	h.t.Cleanup(func() { nc.Close() })
	require.NoError(h.t, nc.SetDeadline(time.Now().Add(patience)))
	f := &leaf{t: h.t, nc: nc, r: bufio.NewReader(nc)}
	text, err := json.Marshal(h.info)
	require.NoError(h.t, err)
	f.send("INFO "+string(text), "")
	arg, found := strings.CutPrefix(f.line(), "CONNECT ")
	require.True(h.t, found)
	require.NoError(h.t, json.Unmarshal([]byte(arg), &f.connect))
	return f
}

// welcome lets a link in that wants some patterns, and returns what the hub is told before it.
func (h *hub) welcome(wanted ...string) (f *leaf, told []string) {
	h.t.Helper()
	f = h.accept()
	text, err := json.Marshal(h.info)
	require.NoError(h.t, err)
	f.send(strings.Replace("INFO "+string(text), "{", `{"connect_info":true,`, 1), "")
	for _, w := range wanted {
		f.send("LS+ "+w, "")
	}
	return f, f.until("PING")
}

// send sends lines; the last is not ended.
func (f *leaf) send(lines ...string) {
	f.t.Helper()
	_, err := f.nc.Write([]byte(strings.Join(lines, "\r\n")))
	require.NoError(f.t, err)
}

func (f *leaf) line() string {
	f.t.Helper()
	line, err := f.r.ReadString('\n')
	require.NoError(f.t, err)
	return strings.TrimRight(line, "\r\n")
}

// expect expects lines one after the other. A PING may come at any time.
func (f *leaf) expect(lines ...string) {
	f.t.Helper()
	for _, want := range lines {
		got := f.line()
		for got == "PING" && want != "PING" {
			f.send("PONG", "")
			got = f.line()
		}
		require.Equal(f.t, want, got)
	}
}

// hear expects lines in any order: partitions speak for themselves.
func (f *leaf) hear(lines ...string) {
	f.t.Helper()
	var got []string
	for range lines {
		got = append(got, f.line())
	}
	require.ElementsMatch(f.t, lines, got)
}

// until returns the lines in front of one, which it answers if that is a PING.
func (f *leaf) until(last string) (before []string) {
	f.t.Helper()
	for {
		line := f.line()
		if line == last {
			break
		}
		before = append(before, line)
	}
	if last == "PING" {
		f.send("PONG", "")
	}
	return before
}

// quiet asserts that the hub has been told nothing more.
func (f *leaf) quiet() {
	f.t.Helper()
	f.send("PING", "")
	f.expect("PONG")
}

// linked is a broker with a link to a hub that wants some patterns, and what the hub has been told.
func linked(t *testing.T, h *hub, config actors.Config, wanted ...string) (*actorstest.Broker, *leaf, []string) {
	t.Helper()
	if config.LeafNodes != nil { // the broker waits for the hub
		started := make(chan *actorstest.Broker)
		go func() { started <- actorstest.Start(t, config) }()
		f, told := h.welcome(wanted...)
		return <-started, f, told
	}
	broker := actorstest.Start(t, config)
	up := watch(broker)
	require.NoError(t, broker.ApplyRemotes("test", []actors.Remote{h.remote()}))
	f, told := h.welcome(wanted...)
	e := <-up
	require.True(t, e.Up, "%v", e.Err)
	assert.Equal(t, "hub", e.Hub.Name)
	return broker, f, told
}

// watch is what becomes of the links of a broker.
func watch(b *actorstest.Broker) <-chan report.LinkEvent {
	events := make(chan report.LinkEvent, 16)
	b.WatchLinks(func(e report.LinkEvent) { events <- e })
	return events
}

func TestLeafNode(t *testing.T) {
	broker, f, told := linked(t, newHub(t), actors.Config{ServerName: "us"}, "there.>", "work q 2", "$SYS.REQ.USER.INFO")
	assert.Equal(t, "us", f.connect["name"])
	require.Len(t, told, 1)
	assert.Regexp(t, `^LS\+ \$LDS\.[A-Z0-9]+$`, told[0])
	a := broker.Client(t)
	a.Send(`CONNECT {"verbose":false,"headers":true}`)
	a.Send("SUB here.* 1", "SUB here.* 2", "SUB jobs q 3", "SUB jobs q 4", "UNSUB 2")
	a.Fence()
	f.hear("LS+ here.*", "LS+ jobs q 1", "LS+ jobs q 2")

	a.Send("PUB there.a 2", "hi", "PUB there.b r.1 2", "ho", "PUB nowhere 1", "x", "PUB work 1", "x", "HPUB there.c 12 13", "NATS/1.0", "", "b")
	f.expect("LMSG there.a 2", "hi", "LMSG there.b r.1 2", "ho", "LMSG work | q 1", "x", "HMSG there.c 12 13", "NATS/1.0", "", "b")

	f.send("LMSG here.1 2", "hi", "LMSG here.2 r 2", "ho", "HMSG here.3 12 13", "NATS/1.0", "", "b", "LMSG jobs 1", "x", "LMSG jobs + r q 1", "y", "")
	a.Expect("MSG here.1 1 2", "hi", "MSG here.2 1 r 2", "ho", "HMSG here.3 1 12 13", "NATS/1.0", "", "b")
	assert.Regexp(t, `^MSG jobs [34] r 1$`, a.Line())
	a.Expect("y")

	f.send("LS- there.>", "LS+ work q 1", "LS- work q", "")
	f.quiet()
	a.Send("UNSUB 1", "UNSUB 3", "PUB there.a 2", "no")
	a.Fence()
	f.hear("LS- here.*", "LS+ jobs q 1")
	f.quiet()
}
