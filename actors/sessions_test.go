package actors_test

import (
	"flag"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/troupe-mq/troupe/actors/actorstest"
)

var rewrite = flag.Bool("rewrite", false, "write down in the session files what the broker says")

// TestSessions plays every transcript.
func TestSessions(t *testing.T) {
	paths, err := filepath.Glob("testdata/sessions/*.txt")
	require.NoError(t, err)
	require.NotEmpty(t, paths)
	for _, path := range paths {
		t.Run(strings.TrimSuffix(filepath.Base(path), ".txt"), func(t *testing.T) {
			if *rewrite {
				actorstest.Rewrite(t, path)
				return
			}
			actorstest.Session(t, path)
		})
	}
}
