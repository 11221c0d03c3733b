package examples_test

import (
	"os/exec"
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
	out, err := exec.CommandContext(within(t), build(t, "lab"), "all").CombinedOutput()
	require.NoError(t, err, "%s", out)
	assert.Equal(t, 12, strings.Count(string(out), "\nagree: yes\n"), "%s", out)
}
