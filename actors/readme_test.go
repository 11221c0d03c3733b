package actors_test

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func read(t *testing.T, path ...string) string {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(path...))
	require.NoError(t, err)
	return string(text)
}

// between is what stands in text between two others, from the first place where
// both are.
func between(t *testing.T, text, from, to string) string {
	t.Helper()
	_, text, ok := strings.Cut(text, from)
	require.True(t, ok, "%q is not there", from)
	text, _, ok = strings.Cut(text, to)
	require.True(t, ok, "%q has no %q behind it", from, to)
	return text
}

// TestReadmeSession: what README shows of terminal B is what the session file
// has, which TestSessions plays.
func TestReadmeSession(t *testing.T) {
	shown := between(t, read(t, "..", "README.md"), "\nB$ telnet localhost 4222\n", "```")
	greeting, shown, _ := strings.Cut(shown, "\n")
	assert.Regexp(t, `^INFO \{.*\} ?$`, greeting)

	var screen strings.Builder
	for line := range strings.Lines(read(t, "testdata", "sessions", "readme.txt")) {
		if typedOrSaid, ok := strings.CutPrefix(line, "B> "); ok {
			screen.WriteString(typedOrSaid)
		} else if typedOrSaid, ok = strings.CutPrefix(line, "B< "); ok {
			screen.WriteString(typedOrSaid)
		}
	}
	assert.Equal(t, screen.String(), shown)
}

// TestReadmeEmbeds: the program in README is the example, which is compiled and
// run.
func TestReadmeEmbeds(t *testing.T) {
	shown := between(t, read(t, "..", "README.md"), "## Embed it\n\n```go\nfunc main() {\n", "\n}\n")
	assert.Equal(t, between(t, read(t, "example_test.go"), "func Example() {\n", "\n\t// Output:"), shown)
}

var link = regexp.MustCompile(`\]\(([^)#:]+)(?:#[^)]*)?\)`)

// TestDocumentsLinkToWhatIsThere: no document names a file that has moved.
func TestDocumentsLinkToWhatIsThere(t *testing.T) {
	documents, err := filepath.Glob("../*.md")
	require.NoError(t, err)
	for _, path := range documents {
		for _, m := range link.FindAllStringSubmatch(read(t, path), -1) {
			_, err := os.Stat(filepath.Join(filepath.Dir(path), m[1]))
			assert.NoError(t, err, "in %s", path)
		}
	}
}
