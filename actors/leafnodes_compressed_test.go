package actors_test

import (
	"bufio"
	"encoding/json"
	"strings"
	"testing"
	"time"

	"github.com/klauspost/compress/s2"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/troupe-mq/troupe/actors"
	"github.com/troupe-mq/troupe/actors/actorstest"
)

// large is a message of which most is said twice.
var large = strings.Repeat("all that is said twice ", 20_000)

// squeezed is how a hub and its leaf node compress what each sends.
func squeezed(t *testing.T, hub, leaf *actorstest.Broker) (down, up string) {
	t.Helper()
	nodes, links := hub.LeafNodes(t.Context(), false), leaf.Links(t.Context(), false)
	require.Len(t, nodes, 1)
	require.Len(t, links, 1)
	return nodes[0].Connection.Compression, links[0].Connection.Compression
}

// TestCompressedLeafNodes: a hub and its leaf node compress if one of two wants to, each in its own way. The way may be another one
// after a reload.
func TestCompressedLeafNodes(t *testing.T) {
	near := []time.Duration{time.Hour, 2 * time.Hour, 3 * time.Hour} // as every round trip is
	for _, tt := range []struct{ hub, leaf, down, up string }{
		{"", "", "", ""}, // the round trip suggests nothing else
		{"", "s2_better", "s2_uncompressed", "s2_better"},
		{"s2_best", "accept", "s2_best", "s2_best"},
		{"accept", "s2_better", "s2_better", "s2_better"},
		{"accept", "accept", "", ""},
		{"off", "s2_best", "", ""},
		{"s2_best", "off", "", ""},
	} {
		c := open()
		c.LeafNodes.Listen.Compression, c.LeafNodes.Listen.RTTThresholds = tt.hub, near
		c.NoListen = true
		hub := actorstest.Start(t, c)
		r := actors.Remote{URLs: []string{hub.LeafNodeAddr().String()}, Compression: tt.leaf, RTTThresholds: near}
		own := actors.Config{ServerName: "leaf", LeafNodes: &actors.LeafNodes{Remotes: []actors.Remote{r}}}
		leaf := actorstest.Start(t, own)
		down, up := squeezed(t, hub, leaf)
		assert.Equal(t, []string{tt.down, tt.up}, []string{down, up}, "%s with %s", tt.hub, tt.leaf)
		speak(t, hub, leaf)

		c.LeafNodes.Listen.Compression, c.LeafNodes.Listen.RTTThresholds = "s2_fast", nil
		events := watch(leaf)
		_, err := hub.Reload(t.Context(), c)
		require.NoError(t, err)
		require.False(t, (<-events).Up)
		require.True(t, (<-events).Up)
		speak(t, hub, leaf)
	}
}

// speak has messages go over a link in both directions.
func speak(t *testing.T, hub, leaf *actorstest.Broker) {
	t.Helper()
	pairs := [][2]*actorstest.Broker{{hub, leaf}, {leaf, hub}}
	for _, p := range pairs {
		s, from := p[0].Client(t), p[1].Client(t)
		s.Send(`CONNECT {"verbose":false}`, "SUB x.> 1")
		s.Fence()
		from.Send(`CONNECT {"verbose":false,"headers":true,"no_responders":true}`, "SUB r 1")
		require.Eventually(t, func() bool { return asks(from, "x.0") }, patience, time.Millisecond)
		from.Send("PUB x.1 1", "m", "PUB x.2 460000", large)
		for s.Line() != "MSG x.1 1 1" {
			s.Line()
		}
		s.Expect("m", "MSG x.2 1 460000", large)
		s.Send("UNSUB 1") // or it would be there for whoever speaks in the other direction
		s.Fence()
	}
}

// asks reports whether somebody is there for a subject.
func asks(c *actorstest.Client, subject string) bool {
	c.Send("PUB "+subject+" r 0", "", "PING")
	for there := true; ; {
		switch line := c.Line(); {
		case line == "PONG":
			return there
		case strings.HasPrefix(line, "HMSG r"):
			there = false
		}
	}
}

// squeeze goes on compressed, from the side of a leaf node.
func (s *spoke) squeeze(mode string) {
	s.t.Helper()
	s.send(`INFO {"server_id":"S","compression":"`+mode+`"}`, "")
	s.r = bufio.NewReader(s2.NewReader(s.nc))
	nonce := s.info["nonce"]
	s.hearInfo()
	assert.Equal(s.t, nonce, s.info["nonce"])
	assert.NotEmpty(s.t, nonce)
	assert.NotZero(s.t, s.info["client_id"])
}

// write writes lines compressed.
func (s *spoke) write(lines ...string) {
	s.t.Helper()
	(&node{leaf: s.leaf}).write(lines...)
}

// TestCompressedSpoke: a leaf node says once, before anything else, how it goes on. One that says nonsense does not come in.
func TestCompressedSpoke(t *testing.T) {
	c := open()
	c.LeafNodes.Listen.Compression = "s2_better"
	broker := actorstest.Start(t, c)
	a := broker.Client(t)
	a.Send(`CONNECT {"verbose":false}`, "SUB x 1")
	a.Fence()
	good := dialSpoke(t, broker)
	assert.Equal(t, "s2_better", good.info["compression"])
	good.squeeze("s2_fast")
	good.write(`CONNECT {"name":"S","troupe":"1","compress_mode":"s2_fast"}`)
	good.until("LS+ x")
	good.write("LMSG x 1", "m")
	a.Expect("MSG x 1 1", "m")

	plain := dialSpoke(t, broker)
	plain.send(`INFO {"compression":"off"}`, "")
	plain.introduce("plain")
	plain.until("LS+ x")
	for text, want := range map[string]string{
		`INFO {"compression":"zip"}`: `-ERR 'unsupported route compression mode "zip"'`,
		`INFO {"compression":1}`:     "-ERR 'its INFO cannot be read'",
		`LS+ x`:                      "-ERR 'Authorization Violation'",
	} {
		bad := dialSpoke(t, broker)
		bad.send(text, "")
		assert.Equal(t, want+"\r\n", bad.gone(), text)
	}
	twice := dialSpoke(t, broker)
	twice.squeeze("s2_best")
	twice.write(`INFO {"compression":"s2_fast"}`)
	assert.Equal(t, "-ERR 'Authorization Violation'\r\n", twice.gone())

	c.LeafNodes.Listen.Compression = "off"
	broker = actorstest.Start(t, c)
	late := dialSpoke(t, broker)
	assert.Equal(t, "off", late.info["compression"])
	late.send(`INFO {"compression":"s2_fast"}`, "")
	assert.Equal(t, "-ERR 'Authorization Violation'\r\n", late.gone())
}

// TestCompressedHub: a hub that can is told how the link goes on, and is proved by what it says behind that who is there. What
// it sends that is no compressed text ends the link, which is made again.
func TestCompressedHub(t *testing.T) {
	h := newHub(t)
	r := h.remote()
	r.Compression, r.Token = "s2_best", "secret"
	events := dials(t, r)
	for range 2 {
		f := h.accepted()
		h.inform(f, map[string]any{"compression": "s2_auto", "nonce": "first"})
		arg, found := strings.CutPrefix(f.line(), "INFO ")
		require.True(t, found)
		var said map[string]any
		require.NoError(t, json.Unmarshal([]byte(arg), &said))
		assert.Equal(t, "s2_best", said["compression"])
		n := node{leaf: *f}
		n.r = bufio.NewReader(s2.NewReader(n.nc))
		text, err := json.Marshal(h.info)
		require.NoError(t, err)
		n.write("INFO " + string(text))
		arg, found = strings.CutPrefix(n.line(), "CONNECT ")
		require.True(t, found)
		require.NoError(t, json.Unmarshal([]byte(arg), &said))
		assert.Equal(t, []any{"s2_best", "secret"}, []any{said["compress_mode"], said["auth_token"]})
		n.write(`INFO {"server_id":"HUB","server_name":"hub","connect_info":true}`)
		for n.line() != "PING" {
		}
		n.write("PONG")
		require.True(t, (<-events).Up)
		n.send("PING", "this is not compressed", "")
		require.False(t, (<-events).Up)
	}
}
