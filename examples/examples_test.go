// Package examples_test runs every example and compares what it prints with its
// want.txt.
package examples_test

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestExamples(t *testing.T) {
	mains, err := filepath.Glob("*/main.go")
	require.NoError(t, err)
	require.NotEmpty(t, mains)
	for _, main := range mains {
		name := filepath.Dir(main)
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			want, err := os.ReadFile(filepath.Join(name, "want.txt"))
			require.NoError(t, err, "every example says what it prints")
			run := exec.CommandContext(t.Context(), "go", "run", "./"+name)
			var complaints bytes.Buffer
			run.Stderr = &complaints
			got, err := run.Output()
			require.NoError(t, err, complaints.String())
			assert.Equal(t, string(want), string(got))
		})
	}
}
