package actors_test

import (
	"bufio"
	"strings"
	"testing"
	"time"

	"github.com/klauspost/compress/s2"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/troupe-mq/troupe/actors"
	"github.com/troupe-mq/troupe/actors/actorstest"
)

// TestCompressedMesh: servers compress if one of two wants to, each in its own way, and say so.
func TestCompressedMesh(t *testing.T) {
	modes := []string{"s2_best", "accept", "s2_auto", "off"}
	all := mesh(t, len(modes), func(i int, c *actors.Config) {
		c.Cluster.Compression, c.Cluster.RTTThresholds = modes[i], []time.Duration{time.Minute}
	})
	want := map[string]map[string]string{
		"a": {"b": "s2_best", "c": "s2_best", "d": "off"},
		"b": {"a": "s2_best", "c": "s2_fast", "d": "off"},
		"c": {"a": "s2_uncompressed", "b": "s2_uncompressed", "d": "off"},
		"d": {"a": "off", "b": "off", "c": "off"},
	}
	large := strings.Repeat("all that is said twice ", 20_000)
	for i, b := range all {
		got := make(map[string]string)
		for _, r := range b.Cluster(t.Context(), false).Routes {
			got[r.Server.Name] = r.Compression
			if r.Connection != nil && r.Connection.Compression != "" {
				assert.Equal(t, r.Compression, r.Connection.Compression)
			}
		}
		assert.Equal(t, want[string(rune('a'+i))], got)
		s := b.Client(t)
		s.Send(`CONNECT {"verbose":false}`, "SUB x.> 1")
		s.Fence()
		for _, from := range all {
			require.Eventually(t, func() bool { return from == b || wants(t, from, "x.>") == 1 }, patience, time.Millisecond)
			p := from.Client(t)
			p.Send(`CONNECT {"verbose":false}`, "PUB x.1 1", "m", "PUB x.2 460000", large)
			s.Expect("MSG x.1 1 1", "m", "MSG x.2 1 460000", large)
		}
		s.Send("UNSUB 1")
		s.Fence()
		for _, o := range all {
			require.Eventually(t, func() bool { return wants(t, o, "x.>") == 0 }, patience, time.Millisecond)
		}
	}
}

// squeeze goes on compressed, from the side of a server that has dialed a broker which wants to be.
func (n *node) squeeze() {
	n.t.Helper()
	n.introduce()
	n.inform("compression", "s2_fast")
	n.r = bufio.NewReader(s2.NewReader(n.nc))
	n.hearInfo()
	assert.Equal(n.t, "s2_better", n.info["compression"])
}

// write writes a text compressed.
func (n *node) write(lines ...string) {
	n.t.Helper()
	w := s2.NewWriter(n.nc, s2.WriterConcurrency(1))
	_, err := w.Write([]byte(strings.Join(lines, "\r\n") + "\r\n"))
	require.NoError(n.t, err)
	require.NoError(n.t, w.Close())
}

// TestBadCompression: what cannot be decompressed ends its link, and no other.
func TestBadCompression(t *testing.T) {
	c := clustered()
	c.Cluster.Compression = "s2_better"
	broker := actorstest.Start(t, c)
	a := broker.Client(t)
	a.Send(`CONNECT {"verbose":false}`, "SUB x 1")
	a.Fence()
	good, bad, rude := visit(t, broker, "GOOD"), visit(t, broker, "BAD"), visit(t, broker, "RUDE")
	for _, n := range []*node{good, bad} {
		n.squeeze()
		n.write("INFO " + n.say("server_id", n.id, "server_name", n.id, "headers", true, "host", "127.0.0.1", "port", 1, "troupe", "1", "compression", "s2_fast"))
		n.until("RS+ $G x")
	}
	rude.introduce()
	rude.inform("compression", "zip")
	assert.Equal(t, "-ERR 'unsupported route compression mode \"zip\"'\r\n", rude.gone())
	bad.send("RMSG $G x 1", "this is not compressed", "")
	require.Eventually(t, func() bool { n, _ := broker.ClusterState().Count(); return n == 1 }, patience, time.Millisecond)
	good.write("RMSG $G x 1", "m")
	a.Expect("MSG x 1 1", "m")
	a.Quiet()
}
