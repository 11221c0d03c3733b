package examples_test

import (
	"os"
	"path/filepath"
	"regexp"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

var (
	stop     = regexp.MustCompile("\\]\\(([^)]+\\.go)\\)((?:,? `\\w+`)+)")
	stopName = regexp.MustCompile("`(\\w+)`")
)

// TestPaths: whoever follows PATHS.md finds each function in the file that is named before it.
func TestPaths(t *testing.T) {
	text, err := os.ReadFile("../PATHS.md")
	require.NoError(t, err)
	stops := stop.FindAllSubmatch(text, -1)
	require.NotEmpty(t, stops)
	for _, s := range stops {
		file := string(s[1])
		source, err := os.ReadFile(filepath.Join("..", file))
		require.NoError(t, err)
		for _, name := range stopName.FindAllSubmatch(s[2], -1) {
			assert.Regexp(t, `(?m)^func (\([^)]+\) )?`+string(name[1])+`[(\[]`, string(source), "%s in %s", name[1], file)
		}
	}
}
