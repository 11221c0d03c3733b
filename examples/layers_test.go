package examples_test

import (
	"os/exec"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

const module = "github.com/troupe-mq/troupe/"

// layers is what each part of the module may import besides the standard library
// and itself. What stands above a part is not in its list.
var layers = map[string][]string{
	"wire":       {},
	"topics":     {},
	"supervisor": {"github.com/asynkron/protoactor-go/actor", "github.com/hashicorp/go-hclog"},
	"actors": {
		module + "wire", module + "topics", module + "supervisor",
		"github.com/asynkron/protoactor-go/", "github.com/hashicorp/go-hclog", "github.com/nats-io/jwt/v2", "github.com/nats-io/nkeys", "github.com/prometheus/client_golang/", "golang.org/x/", "modernc.org/sqlite",
	},
}

// TestLayers proves that the arrows between the layers point down.
func TestLayers(t *testing.T) {
	const format = "{{.ImportPath}}{{range .Imports}} {{.}}{{end}}"
	out, err := exec.CommandContext(t.Context(), "go", "list", "-f", format, module+"...").Output()
	require.NoError(t, err)
	seen := map[string]bool{}
	for line := range strings.Lines(string(out)) {
		names := strings.Fields(line)
		part, _, _ := strings.Cut(strings.TrimPrefix(names[0], module), "/")
		allowed, bound := layers[part]
		seen[part] = true
		for _, imported := range names[1:] {
			if bound {
				assert.True(t, permitted(imported, part, allowed), "%s imports %s", names[0], imported)
			}
			above, _, _ := strings.Cut(strings.TrimPrefix(imported, module), "/")
			if above == "cmd" || above == "examples" {
				assert.Equal(t, above, part, "%s imports %s, which only composes", names[0], imported)
			}
		}
	}
	for part := range layers {
		assert.True(t, seen[part], "there is no %s", part)
	}
}

// TestPureLayersStandAlone follows everything that wire and topics need, however
// far away.
func TestPureLayersStandAlone(t *testing.T) {
	for _, part := range []string{"wire", "topics"} {
		const format = "{{if not .Standard}}{{.ImportPath}}{{end}}"
		out, err := exec.CommandContext(t.Context(), "go", "list", "-deps", "-f", format, module+part).Output()
		require.NoError(t, err)
		assert.Equal(t, []string{module + part}, strings.Fields(string(out)))
	}
}

// permitted reports whether a part may import a package.
func permitted(imported, part string, allowed []string) bool {
	first, _, _ := strings.Cut(imported, "/")
	if !strings.Contains(first, ".") { // the standard library's paths have no domain
		return true
	}
	for _, a := range append([]string{module + part}, allowed...) {
		if imported == a || strings.HasPrefix(imported, strings.TrimSuffix(a, "/")+"/") {
			return true
		}
	}
	return false
}
