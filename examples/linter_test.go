package examples_test

import (
	"flag"
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

var rewrite = flag.Bool("rewrite", false, "write the layers into .golangci.yml")

// TestLinterHasTheLayers: the linter's rules are those of the table.
func TestLinterHasTheLayers(t *testing.T) {
	const file = "../.golangci.yml"
	text, err := os.ReadFile(file)
	require.NoError(t, err)
	head, rest, ok := strings.Cut(string(text), rulesBegin)
	require.True(t, ok, "%s has no place for the rules", file)
	_, tail, ok := strings.Cut(rest, rulesEnd)
	require.True(t, ok)
	paths := make(map[string]string)
	for path := range goList(t, module+"...") {
		paths[nameOf(path)] = path
	}
	want := head + rulesBegin
	for i := range layers {
		want += layers[i].rule(paths)
	}
	want += rulesEnd + tail
	if *rewrite {
		require.NoError(t, os.WriteFile(file, []byte(want), 0o644))
		return
	}
	assert.Equal(t, want, string(text))
}

// rule is what the linter is told about a layer. A $ at the end is for this package
// and none below it.
func (l *layer) rule(paths map[string]string) string {
	allow := []string{"$gostd"}
	for _, name := range l.allowed() {
		allow = append(allow, paths[name]+"$")
	}
	for name := range strings.FieldsSeq(l.theirs) {
		allow = append(allow, others[name])
	}
	return fmt.Sprintf("        %s:\n          files: [\"**/%s/*.go\", \"!$test\"]\n          list-mode: strict\n          allow: [%s]\n",
		strings.ReplaceAll(l.name, "/", "-"), strings.TrimPrefix(paths[l.name], module), strings.Join(allow, ", "))
}
