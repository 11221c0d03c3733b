package examples_test

import (
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// TestLab runs every experiment: each has to agree with what its own text says.
// The numbers in it are different each time.
func TestLab(t *testing.T) {
	if testing.Short() {
		t.Skip("half a minute of experiments")
	}
	lab := filepath.Join(t.TempDir(), "lab.exe")
	out, err := exec.CommandContext(t.Context(), "go", "build", "-o", lab, "./lab").CombinedOutput()
	require.NoError(t, err, "%s", out)
	out, err = exec.CommandContext(t.Context(), lab, "all").CombinedOutput()
	require.NoError(t, err, "%s", out)
	assert.Equal(t, 12, strings.Count(string(out), "\nagree: yes\n"), "%s", out)
}
