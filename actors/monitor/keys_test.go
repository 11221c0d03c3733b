package monitor_test

import (
	"encoding/json"
	"flag"
	"fmt"
	"io"
	"maps"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/nats-io/nats.go"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/troupe-mq/troupe/actors"
	"github.com/troupe-mq/troupe/actors/monitor"
)

// What the documents of nats-server are made of is in testdata/keys.json: for each
// of them its keys, those of inner objects behind a point, and the kinds of their
// values. With a nats-server at hand it can be recorded anew.
var natsServer = flag.String("nats-server", "", "record the keys of this nats-server")

const keysFile = "testdata/keys.json"

// documents are those whose keys tools read.
var documents = []string{
	"/varz", "/connz", "/connz?subs=1", "/connz?subs=detail&auth=1", "/connz?state=closed&auth=1", "/subsz", "/subsz?subs=1",
	"/routez", "/leafz", "/gatewayz", "/accountz", "/accountz?acc=$G", "/accstatz", "/accstatz?unused=1", "/healthz", "/jsz",
}

// shape notes the keys of a value and what kinds of values they have.
func shape(value any, at string, into map[string]string) {
	switch v := value.(type) {
	case map[string]any:
		into[at] = "object"
		if at == "http_req_stats" {
			return // its keys are those that were asked for
		}
		for key, inner := range v {
			if at != "" {
				key = at + "." + key
			}
			shape(inner, key, into)
		}
	case []any:
		into[at] = "array"
		for _, inner := range v {
			shape(inner, at+"[]", into)
		}
	case nil:
		into[at] = "null"
	case float64:
		into[at] = "number"
	default:
		into[at] = fmt.Sprintf("%T", v)
	}
}

// keysOf has some clients do what makes keys appear, and reads all documents.
func keysOf(t *testing.T, url, site string) map[string]map[string]string {
	t.Helper()
	connect := func(name string) *nats.Conn {
		nc, err := nats.Connect(url, nats.Name(name), nats.MaxReconnects(0))
		require.NoError(t, err)
		t.Cleanup(nc.Close)
		return nc
	}
	sub, pub, gone := connect("sub"), connect("pub"), connect("gone")
	limited, err := sub.SubscribeSync("keys.a")
	require.NoError(t, err)
	require.NoError(t, limited.AutoUnsubscribe(5))
	_, err = sub.QueueSubscribeSync("keys.>", "workers")
	require.NoError(t, err)
	_, err = gone.SubscribeSync("keys.b")
	require.NoError(t, err)
	for _, nc := range []*nats.Conn{sub, gone} {
		require.NoError(t, nc.Flush())
	}
	gone.Close()
	require.NoError(t, pub.Publish("keys.a", []byte("payload")))
	require.NoError(t, pub.Flush())
	_, err = sub.RTT()
	require.NoError(t, err)
	all := make(map[string]map[string]string)
	for _, path := range documents {
		require.Eventually(t, func() bool {
			r, err := http.Get(site + path)
			if err != nil {
				return false
			}
			defer r.Body.Close()
			body, err := io.ReadAll(r.Body)
			var document any
			if err != nil || json.Unmarshal(body, &document) != nil {
				return false
			}
			found := make(map[string]string)
			shape(document, "", found)
			all[path] = found
			return path != "/connz?state=closed&auth=1" || found["connections[].cid"] != ""
		}, time.Minute, 10*time.Millisecond, path)
	}
	return all
}

// record runs nats-server and writes down what it has.
func record(t *testing.T) {
	t.Helper()
	dir := t.TempDir()
	server := exec.CommandContext(t.Context(), *natsServer, "-a", "127.0.0.1", "-p", "-1", "-m", "-1", "--ports_file_dir", dir)
	require.NoError(t, server.Start())
	t.Cleanup(func() { _ = server.Process.Kill(); _ = server.Wait() })
	var ports struct{ Nats, Monitoring []string }
	require.Eventually(t, func() bool {
		files, _ := filepath.Glob(filepath.Join(dir, "*.ports"))
		if len(files) == 0 {
			return false
		}
		content, err := os.ReadFile(files[0])
		return err == nil && json.Unmarshal(content, &ports) == nil
	}, time.Minute, 10*time.Millisecond)
	content, err := json.MarshalIndent(keysOf(t, ports.Nats[0], ports.Monitoring[0]), "", "\t")
	require.NoError(t, err)
	require.NoError(t, os.MkdirAll(filepath.Dir(keysFile), 0o755))
	require.NoError(t, os.WriteFile(keysFile, append(content, '\n'), 0o644))
}

// absent are the keys that Troupe leaves out with all that is in them, and why.
var absent = map[string]string{
	"disk_io_wait_stats":     "it stores nothing",
	"feature_flags":          "those that there are concern JetStream",
	"account_detail.imports": "what everybody may ask the system account needs none",
}

func isAbsent(key string) bool {
	for left := range absent {
		if key == left || strings.HasPrefix(key, left+".") || strings.HasPrefix(key, left+"[") {
			return true
		}
	}
	return false
}

func TestKeysOfNATSServer(t *testing.T) {
	if *natsServer != "" {
		record(t)
	}
	content, err := os.ReadFile(keysFile)
	require.NoError(t, err)
	var recorded map[string]map[string]string
	require.NoError(t, json.Unmarshal(content, &recorded))
	h := open(t, actors.Config{}, monitor.Config{})
	ours := keysOf(t, h.b.ClientURL(), "http://"+h.m.Addr().String())
	require.ElementsMatch(t, slices.Collect(maps.Keys(recorded)), documents)
	for _, path := range documents {
		for key, kind := range recorded[path] {
			if !isAbsent(key) {
				assert.Equal(t, kind, ours[path][key], "%s: %s", path, key)
			}
		}
	}
}
