package keys_test

import (
	"flag"
	"os"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/troupe-mq/troupe/cmd/troupe/conf/keys"
)

var rewrite = flag.Bool("rewrite", false, "write the table into the README")

// TestReadme: the table in the README of the command is this one.
func TestReadme(t *testing.T) {
	const path, begin, end = "../../README.md", "<!-- keys -->\n", "<!-- end of keys -->\n"
	text, err := os.ReadFile(path)
	require.NoError(t, err)
	before, rest, found := strings.Cut(string(text), begin)
	require.True(t, found)
	_, after, found := strings.Cut(rest, end)
	require.True(t, found)
	want := before + begin + keys.Table() + end + after
	if *rewrite {
		require.NoError(t, os.WriteFile(path, []byte(want), 0o600))
		return
	}
	assert.Equal(t, want, string(text), "go test ./cmd/troupe/conf/keys -args -rewrite")
}

// TestNames: no name is there twice.
func TestNames(t *testing.T) {
	known := make(map[string]bool)
	for _, s := range keys.All {
		for _, k := range s.Keys {
			for name := range strings.FieldsSeq(k.Name + " " + k.Also) {
				assert.False(t, known[name], name)
				known[name] = true
			}
			assert.NotEmpty(t, k.Text, k.Name)
			assert.Equal(t, k.Text, keys.Text(k.Name))
		}
	}
	assert.Empty(t, keys.Text("none"))
}
