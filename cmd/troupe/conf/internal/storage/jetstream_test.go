package storage_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/troupe-mq/troupe/actors"
	"github.com/troupe-mq/troupe/actors/engine"
	"github.com/troupe-mq/troupe/cmd/troupe/conf/internal/conftest"
)

func TestJetStream(t *testing.T) {
	type block = map[string]any
	tests := []struct {
		name, text string
		on         bool
		want       engine.Config
	}{
		{"no", "jetstream: disabled", false, engine.Config{}},
		{"in a word", "jetstream: enabled", true, engine.Config{}},
		{"a folder alone", "store_dir: /d", false, engine.Config{StoreDir: "/d"}},
		{"a block", `jetstream { store_dir: /d, domain: hub, max_mem: 1G, max_file: -1, sync_interval: always, strict: false
			limits { max_ack_pending: 5, duplicate_window: "1m", batch { timeout: 3s } } }`, true, engine.Config{
			StoreDir: "/d", Domain: "hub",
			Settings: block{
				"max_mem": int64(1e9), "max_file": int64(-1), "sync_interval": "always", "strict": false,
				"limits": block{"max_ack_pending": int64(5), "duplicate_window": "1m", "batch": block{"timeout": "3s"}},
			},
		}},
		{"a block that says no", "jetstream { enabled: false, max_mem: 5 }", false, engine.Config{Settings: block{"max_mem": int64(5)}}},
		{"an engine", "engine: /bin/x", false, engine.Config{Path: "/bin/x"}},
		{"an engine's block", "engine { path: /bin/x, patience: '1m' }", false, engine.Config{Path: "/bin/x", Patience: time.Minute}},
		{"mqtt", `jetstream: true
			mqtt { listen: "127.0.0.1:1884", no_auth_user: u, ack_wait: 5s, max_ack_pending: 9, tls { cert_file: c, key_file: k, verify: true } }`, true, engine.Config{
			MQTT: &engine.MQTT{
				Host: "127.0.0.1", Port: 1884, NoAuthUser: "u", Settings: block{"ack_wait": "5s", "max_ack_pending": int64(9)},
				TLS: &actors.TLS{CertFile: "c", KeyFile: "k", Verify: true},
			},
		}},
		{"no mqtt", "mqtt: disabled", false, engine.Config{}},
		{"no port of mqtt", "mqtt {}", false, engine.Config{}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			s, _, err := conftest.Read(t, tt.text)
			require.NoError(t, err)
			assert.Equal(t, tt.on, s.Broker.OwnStreams)
			if tt.want.Settings == nil {
				s.Engine.Settings = nil
			}
			assert.Equal(t, tt.want, s.Engine)
		})
	}
}

func TestMistakesAboutJetStream(t *testing.T) {
	tests := []struct{ name, text, want string }{
		{"neither yes nor no", "jetstream: perhaps", `t.conf:1:1: "jetstream": needs enabled, disabled or a block`},
		{"unknown", "jetstream {\n colour: red }", `t.conf:2:2: unknown field "colour"`},
		{"unknown limit", "jetstream { limits {\n colour: red } }", `t.conf:2:2: unknown field "colour"`},
		{"size", "jetstream {\n max_file: much }", `t.conf:2:2: "max_file": "much" is not a number`},
		{"limits that are no block", "jetstream { limits: 5 }", `"limits": needs a block`},
		{"engine", "engine {\n speed: 5 }", `t.conf:2:2: unknown field "speed"`},
		{"mqtt that is no block", "mqtt: 1883", `t.conf:1:1: "mqtt": needs a block: mqtt { port: 1883 }`},
		{"mqtt", "mqtt {\n colour: red }", `t.conf:2:2: unknown field "colour"`},
		{"a TPM", "jetstream { tpm { keys_file: k } }", `t.conf:1:13: "tpm": Troupe does not have keys that are kept in a TPM`},
		{"storage", "accounts { A { jetstream {\n colour: red } } }", `t.conf:2:2: unknown field "colour"`},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			_, _, err := conftest.Read(t, tt.text)
			require.ErrorContains(t, err, tt.want)
		})
	}
}

// TestWhatNeedsAnEngine is found when all is known that the file and the flags say.
func TestWhatNeedsAnEngine(t *testing.T) {
	s, _, err := conftest.Read(t, "mqtt { port: 1883 }")
	require.NoError(t, err)
	require.ErrorContains(t, s.Validate(), "mqtt needs jetstream")
	s, _, err = conftest.Read(t, "jetstream { domain: a.b }")
	require.NoError(t, err)
	require.ErrorContains(t, s.Validate(), "a domain is a word")
}
