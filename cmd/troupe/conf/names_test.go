package conf_test

import (
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/troupe-mq/troupe/cmd/troupe/conf/internal/conftest"
)

// within says how a file reads that has one key of a block.
var within = map[string]string{
	"authorization":  "authorization { %s }",
	"tls":            "tls { %s }",
	"websocket":      "websocket { %s }",
	"account":        "accounts { A { %s } }",
	"account.limits": "accounts { A { limits { %s } } }",
	"export":         "accounts { A { exports: [ { %s } ] } }",
	"import":         "accounts { A { imports: [ { %s } ] } }",
	"user":           "authorization { users: [ { %s } ] }",
	"permissions":    "authorization { permissions { %s } }",
	"responses":      "authorization { permissions { allow_responses { %s } } }",
	"mapping":        "mappings { a { %s } }",

	"account.jetstream":       "accounts { A { jetstream { %s } } }",
	"cluster":                 "cluster { %s }",
	"cluster.authorization":   "cluster { authorization { %s } }",
	"cluster.tls":             "cluster { tls { %s } }",
	"compression":             "cluster { compression { %s } }",
	"jetstream":               "jetstream { %s }",
	"jetstream.limits":        "jetstream { limits { %s } }",
	"jetstream.tpm":           "jetstream { tpm { %s } }",
	"leafnodes":               "leafnodes { %s }",
	"leafnodes.authorization": "leafnodes { authorization { %s } }",
	"leafnodes.tls":           "leafnodes { tls { %s } }",
	"leafnodes.user":          "leafnodes { authorization { users: [ { %s } ] } }",
	"mqtt":                    "mqtt { %s }",
	"mqtt.tls":                "mqtt { tls { %s } }",
	"remote":                  "leafnodes { remotes: [ { %s } ] }",
	"remote.proxy":            "leafnodes { remotes: [ { proxy { %s } } ] }",
	"remote.tls":              "leafnodes { remotes: [ { tls { %s } } ] }",
}

// TestEveryKeyOfNATSIsKnown: each key that nats-server has is honoured, without effect and said so, or refused by
// name. None is taken for a mistake in writing.
func TestEveryKeyOfNATSIsKnown(t *testing.T) {
	list, err := os.ReadFile("testdata/nats-server.keys")
	require.NoError(t, err)
	files := make(map[string]string)
	for line := range strings.Lines(string(list)) {
		path := strings.TrimSpace(line)
		if strings.HasPrefix(path, "#") {
			continue
		}
		block, key := "", path
		if i := strings.LastIndexByte(path, '.'); i >= 0 {
			block, key = path[:i], path[i+1:]
		}
		form := "%s"
		if block != "" {
			form = within[block]
			require.NotEmpty(t, form, block)
		}
		files[path] = fmt.Sprintf(form, key+": []")
	}
	for path, text := range files {
		_, _, err := conftest.Read(t, text)
		if err != nil && strings.Contains(err.Error(), "unknown field") {
			t.Errorf("%s: %v", path, err)
		}
	}
}
