package examples_test

import (
	"os"
	"os/exec"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// goList runs go list, which prints a package and others on each line.
func goList(t *testing.T, args ...string) map[string][]string {
	t.Helper()
	out, err := exec.CommandContext(t.Context(), "go", append([]string{"list"}, args...)...).Output()
	require.NoError(t, err)
	found := make(map[string][]string)
	for line := range strings.Lines(string(out)) {
		names := strings.Fields(line)
		found[names[0]] = names[1:]
	}
	return found
}

// TestLayers proves that each package imports what the table says and no more.
func TestLayers(t *testing.T) {
	known, seen := table(), map[string]bool{}
	for path, imports := range goList(t, "-f", "{{.ImportPath}}{{range .Imports}} {{.}}{{end}}", module+"...") {
		l := known[nameOf(path)]
		if !composes(path) && !assert.NotNil(t, l, "%s is not in the table of layers", path) {
			continue
		}
		seen[nameOf(path)] = true
		for _, imported := range imports {
			if ours := strings.HasPrefix(imported, module); ours {
				assert.True(t, !composes(imported) || composes(path), "%s imports %s, which only composes", path, imported)
			}
			if l != nil && !composes(path) {
				assert.True(t, l.permits(imported), "%s imports %s", path, imported)
			}
		}
	}
	for name := range known {
		assert.True(t, seen[name], "there is no %s", name)
	}
}

// permits reports whether a layer may import a package.
func (l *layer) permits(imported string) bool {
	if strings.HasPrefix(imported, module) {
		return slices.Contains(l.allowed(), nameOf(imported))
	}
	if first, _, _ := strings.Cut(imported, "/"); !strings.Contains(first, ".") {
		return true // the standard library's paths have no domain
	}
	return slices.ContainsFunc(strings.Fields(l.theirs), func(name string) bool {
		return imported == others[name] || strings.HasPrefix(imported, others[name]+"/")
	})
}

// TestLayersPointDown proves that the table has an order: a package imports only what
// stands before it.
func TestLayersPointDown(t *testing.T) {
	before := map[string]bool{}
	for i := range layers {
		for _, name := range layers[i].allowed() {
			assert.True(t, before[name], "%s may import %s, which does not stand before it", layers[i].name, name)
		}
		before[layers[i].name] = true
	}
}

// TestLayersNeverNeed follows everything that a package needs, however far away.
func TestLayersNeverNeed(t *testing.T) {
	known := table()
	for path, deps := range goList(t, "-f", "{{.ImportPath}}{{range .Deps}} {{.}}{{end}}", module+"...") {
		l := known[nameOf(path)]
		if composes(path) || l == nil {
			continue
		}
		for name := range strings.FieldsSeq(l.never) {
			assert.NotNil(t, known[name], "%s must never need %s, which there is not", l.name, name)
			assert.False(t, slices.ContainsFunc(deps, func(dep string) bool {
				return strings.HasPrefix(dep, module) && nameOf(dep) == name
			}), "%s needs %s", path, name)
		}
	}
}

// TestPureLayersStandAlone: wire and topics need the standard library only, and what
// is below topics nothing but topics.
func TestPureLayersStandAlone(t *testing.T) {
	for _, part := range []string{"wire", "topics"} {
		found := goList(t, "-deps", "-f", "{{if not .Standard}}{{.ImportPath}}{{end}}", module+part+"/...")
		for path := range found {
			assert.Regexp(t, "^"+module+part+"(/|$)", path)
		}
	}
}

var row = regexp.MustCompile("(?m)^\\| \\[`([^`]+)`\\]\\(([^)]+)\\) \\| [^|]+ \\|$")

// TestArchitectureShowsTheLayers: the table in ARCHITECTURE.md has these packages, up to the
// facade, in this order, and leads to each.
func TestArchitectureShowsTheLayers(t *testing.T) {
	text, err := os.ReadFile("../ARCHITECTURE.md")
	require.NoError(t, err)
	_, section, _ := strings.Cut(string(text), "## Layers")
	section, _, _ = strings.Cut(section, "\n## ")
	var shown, want []string
	for _, m := range row.FindAllStringSubmatch(section, -1) {
		shown = append(shown, m[1])
		assert.Equal(t, m[1], nameOf(module+m[2]), "where its link leads")
	}
	for i := range layers {
		if layers[i].name == "actors" {
			break
		}
		want = append(want, layers[i].name)
	}
	assert.Equal(t, want, shown)
}
