package monitor_test

import (
	"context"
	"encoding/json"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/troupe-mq/troupe/actors"
	"github.com/troupe-mq/troupe/actors/monitor"
)

// TestVarzOfMQTT: whoever stores serves MQTT, and says where. What it is told for the broker's sake alone is not said.
func TestVarzOfMQTT(t *testing.T) {
	said := `{"jetstream": {"meta": {}}, "mqtt": {"host": "127.0.0.1", "port": 1883, "tls_timeout": 2, "ack_wait": 30000000000, "max_ack_pending": 100,
		"js_domain": "troupe", "no_auth_user": "anybody"}}`
	h := open(t, actors.Config{}, monitor.Config{Storage: func(context.Context, string, []byte) (json.RawMessage, error) { return json.RawMessage(said), nil }})
	v := read[map[string]any](h, "/varz")
	assert.Equal(t, map[string]any{"host": "127.0.0.1", "port": 1883.0, "tls_timeout": 2.0, "ack_wait": 30e9, "max_ack_pending": 100.0}, v["mqtt"])
	assert.Equal(t, map[string]any{"meta": map[string]any{}}, v["jetstream"])
	said = `{}`
	assert.Equal(t, map[string]any{}, read[map[string]any](h, "/varz")["mqtt"])
	h = open(t, actors.Config{LeafNodes: &actors.LeafNodes{Listen: &actors.LeafPort{Host: "127.0.0.1", Port: -1}}}, monitor.Config{})
	v = read[map[string]any](h, "/varz")
	assert.Equal(t, map[string]any{}, v["mqtt"])
	assert.InDelta(t, 2, v["leaf"].(map[string]any)["tls_timeout"], 0)
}
