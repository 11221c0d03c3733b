package audit

import (
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// TestSays: the log says where its chain has got to, and what was found when it was opened.
func TestSays(t *testing.T) {
	spec, _, err := Tap(Config{File: filepath.Join(t.TempDir(), "log")})
	require.NoError(t, err)
	facts := make(map[string]string)
	for _, f := range spec.Says() {
		facts[f.Name] = f.Value
	}
	assert.Equal(t, "0, in segments 1 to 1", facts["Records"])
	assert.Regexp(t, "^[0-9a-f]{64}$", facts["Head of the chain"])
	assert.Contains(t, facts["Signed"], "no key")
	assert.Contains(t, facts["Verified"], "fitted")
}
