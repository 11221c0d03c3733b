package monitor_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/troupe-mq/troupe/actors"
	"github.com/troupe-mq/troupe/actors/monitor"
)

// TestClusterDocuments: the documents tell of the routes to the other servers, and health of a server that is missing.
func TestClusterDocuments(t *testing.T) {
	node := func(name string, routes ...string) *house {
		return open(t, actors.Config{
			ServerName: name, ClusterName: "C", Cluster: &actors.Cluster{Host: "127.0.0.1", Port: -1, User: "u", Password: "secret", Routes: routes},
		}, monitor.Config{})
	}
	a := node("a")
	b := node("b", "nats-route://u:secret@"+a.b.ClusterAddr().String())
	type routez struct {
		NumRoutes int `json:"num_routes"`
		Routes    []map[string]any
		Missing   []map[string]any
	}
	require.Eventually(t, func() bool { return read[routez](a, "/routez").NumRoutes == 4 }, time.Minute, time.Millisecond)
	b.client(`CONNECT {"verbose":false}`, "SUB x 1")
	require.Eventually(t, func() bool {
		var all []any
		for _, r := range read[routez](a, "/routez?subs=1").Routes {
			if subs, _ := r["subscriptions_list"].([]any); r["account"] == nil {
				all = append(all, subs...)
			}
		}
		return len(all) == 1 && all[0] == "x"
	}, time.Minute, time.Millisecond)
	r := read[routez](b, "/routez?subs=detail").Routes[0]
	for key, want := range map[string]any{
		"remote_id": a.b.ServerID(), "remote_name": "a", "did_solicit": true, "is_configured": true, "ip": "127.0.0.1", "compression": "off",
	} {
		assert.Equal(t, want, r[key], key)
	}
	assert.Equal(t, "$SYS", read[routez](b, "/routez").Routes[3]["account"])
	v := read[map[string]any](b, "/varz")
	assert.Equal(t, map[string]any{
		"name": "C", "addr": "127.0.0.1", "cluster_port": v["cluster"].(map[string]any)["cluster_port"], "auth_timeout": 2.0, "tls_timeout": 2.0,
		"urls": []any{a.b.ClusterAddr().String()}, "pool_size": 3.0,
	}, v["cluster"])
	assert.InDelta(t, 4, v["routes"], 0)
	assert.InDelta(t, 1, v["remotes"], 0)
	assert.InDelta(t, 0, v["leafnodes"], 0)
	assert.Len(t, v["connect_urls"], 2)
	for _, path := range []string{"/varz", "/routez", "/connz", "/actorz"} {
		_, _, body := b.get(path)
		assert.NotContains(t, body, "secret", path)
	}

	code, _, _ := b.get("/healthz?mesh=1")
	assert.Equal(t, 200, code)
	require.NoError(t, a.b.Stop(t.Context()))
	require.Eventually(t, func() bool { return len(read[routez](b, "/routez").Missing) == 1 }, time.Minute, time.Millisecond)
	code, _, body := b.get("/healthz?mesh=1")
	assert.Equal(t, 503, code)
	assert.Contains(t, body, "no route to "+a.b.ClusterAddr().String())
	code, _, _ = b.get("/healthz")
	assert.Equal(t, 200, code, "clients are served")
}
