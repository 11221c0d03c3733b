package e2e_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/troupe-mq/troupe/actors"
)

// TestCompressedMesh: a nats-server and a broker compress if one of them wants to, whoever has dialed, on each connection of the
// pool.
func TestCompressedMesh(t *testing.T) {
	for _, tt := range []struct {
		theirs, ours string
		weDial       bool
		want         string // how we compress
	}{
		{"s2_fast", "accept", true, "s2_fast"},
		{"s2_best", "accept", false, "s2_best"},
		{"accept", "s2_better", true, "s2_better"},
		{"accept", "s2_better", false, "s2_better"},
		{"accept", "accept", true, "off"},
		{"off", "s2_fast", false, "off"},
		{"s2_auto", "s2_auto", true, "s2_uncompressed"},
	} {
		t.Run(fmt.Sprint(tt.theirs, " ", tt.ours, " ", tt.weDial), func(t *testing.T) {
			c := actors.Config{
				Host: "127.0.0.1", Port: -1, ServerName: "us", ClusterName: "C", Partitions: 2,
				Cluster: &actors.Cluster{Host: "127.0.0.1", Port: -1, Compression: tt.ours, RTTThresholds: []time.Duration{time.Minute}},
			}
			n := &node{url: "nats://" + newAddress(t), routes: newAddress(t)}
			start := func(routes string) {
				runNATS(t, fmt.Sprintf("listen: %q\nserver_name: them\ncluster { name: C, listen: %q, compression: %s%s }\n", strings.TrimPrefix(n.url, "nats://"), n.routes, tt.theirs, routes))
			}
			if tt.weDial {
				start("")
				c.Cluster.Routes = []string{n.routes}
			}
			b, err := actors.Start(t.Context(), c)
			require.NoError(t, err)
			t.Cleanup(func() { _ = b.Stop(t.Context()) })
			if !tt.weDial {
				start(fmt.Sprintf(", routes: [\"nats://%s\"]", b.ClusterAddr()))
			}
			require.Eventually(t, func() bool { up, _ := b.ClusterState().Count(); return up == 4 }, 20*time.Second, 10*time.Millisecond)
			for _, r := range b.ClusterState().Routes {
				assert.Equal(t, tt.want, r.Compression, "%d %s", r.Index, r.Account)
			}
			askBoth(t, dialNode(t, &node{url: b.ClientURL()}), dialNode(t, n))
		})
	}
}
