package e2e_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/nats-io/nats.go"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/troupe-mq/troupe/actors"
	"github.com/troupe-mq/troupe/actors/report"
)

// TestCompressedLeafNodes: a nats-server and a broker, of which one is the leaf node of the other, compress if one of them wants to.
func TestCompressedLeafNodes(t *testing.T) {
	for _, tt := range []struct {
		theirs, ours string
		weAreLeaf    bool
		want         string // how we compress
	}{
		{"s2_fast", "accept", true, "s2_fast"},
		{"s2_best", "accept", false, "s2_best"},
		{"accept", "s2_better", true, "s2_better"},
		{"accept", "s2_better", false, "s2_better"},
		{"accept", "accept", true, ""},
		{"off", "s2_fast", true, ""},
		{"s2_fast", "off", false, ""},
		{"s2_auto", "", true, ""},
		{"s2_auto", "s2_auto", false, "s2_uncompressed"},
	} {
		t.Run(fmt.Sprint(tt.theirs, " ", tt.ours, " ", tt.weAreLeaf), func(t *testing.T) {
			clients, leafs := newAddress(t), newAddress(t)
			start := func(leafnodes string) {
				runNATS(t, fmt.Sprintf("listen: %q\nserver_name: them\nleafnodes { %s }\n", clients, leafnodes))
			}
			c := actors.Config{Host: "127.0.0.1", Port: -1, ServerName: "us", Partitions: 2}
			if tt.weAreLeaf {
				start(fmt.Sprintf("listen: %q, compression: %s", leafs, tt.theirs))
				c.LeafNodes = &actors.LeafNodes{Remotes: []actors.Remote{{URLs: []string{leafs}, Compression: tt.ours}}}
			} else {
				c.LeafNodes = &actors.LeafNodes{Listen: &actors.LeafPort{Host: "127.0.0.1", Port: -1, Compression: tt.ours}}
			}
			b, err := actors.Start(t.Context(), c)
			require.NoError(t, err)
			t.Cleanup(func() { _ = b.Stop(t.Context()) })
			if !tt.weAreLeaf {
				start(fmt.Sprintf("remotes: [ { url: %q, compression: %s } ]", "nats-leaf://"+b.LeafNodeAddr().String(), tt.theirs))
			}
			var link *report.Connection
			require.Eventually(t, func() bool {
				for _, l := range b.Links(t.Context(), false) {
					link = l.Connection
				}
				for _, l := range b.LeafNodes(t.Context(), false) {
					link = l.Connection
				}
				return link != nil
			}, 20*time.Second, 10*time.Millisecond)
			assert.Equal(t, tt.want, link.Compression)
			askBoth(t, dialNode(t, &node{url: b.ClientURL()}), dialNode(t, &node{url: "nats://" + clients}))
		})
	}
}

// askBoth has large requests go from each of two clients to the other.
func askBoth(t *testing.T, here, there *nats.Conn) {
	t.Helper()
	large := []byte(strings.Repeat("said again and again ", 10_000))
	for subject, pair := range map[string][2]*nats.Conn{"here": {here, there}, "there": {there, here}} {
		_, err := pair[0].Subscribe(subject, func(m *nats.Msg) { _ = m.Respond(m.Data) })
		require.NoError(t, err)
		require.NoError(t, pair[0].Flush())
		require.Eventually(t, func() bool {
			_, err := pair[1].Request(subject, nil, 100*time.Millisecond)
			return err == nil
		}, 20*time.Second, 10*time.Millisecond)
		for range 20 {
			m, err := pair[1].Request(subject, large, 5*time.Second)
			require.NoError(t, err)
			require.Equal(t, large, m.Data)
		}
	}
}
