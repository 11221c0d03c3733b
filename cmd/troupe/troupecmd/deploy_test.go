package troupecmd

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// The configurations that are shown for deployment are ones that can be used.
func TestDeployedConfigurations(t *testing.T) {
	t.Setenv("APP_PASSWORD", "a")
	t.Setenv("PROBE_PASSWORD", "p")
	t.Setenv("POD_NAME", "troupe-0")
	manifest, err := os.ReadFile("../../../examples/deploy/kubernetes.yaml")
	require.NoError(t, err)
	_, rest, found := strings.Cut(string(manifest), "  troupe.conf: |\n")
	require.True(t, found)
	block, _, _ := strings.Cut(rest, "---\n")
	inManifest := filepath.Join(t.TempDir(), "troupe.conf")
	require.NoError(t, os.WriteFile(inManifest, []byte(block), 0o600))
	for _, file := range []string{"../../../examples/deploy/troupe.conf", inManifest} {
		var stdout, stderr bytes.Buffer
		assert.Equal(t, 0, run([]string{"troupe", "-t", "-c", file}, &stdout, &stderr), stderr.String())
		assert.Regexp(t, `^troupe: configuration file \S+ is valid \(sha256:[0-9a-f]{64}\)\n$`, stderr.String())
	}
}
