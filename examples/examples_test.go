// Package examples_test runs every example and compares what it prints with its
// want.txt.
package examples_test

import (
	"bytes"
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// serving are the examples that run until they are stopped. The others end by themselves.
var serving = map[string]bool{"own": true, "extension": true}

// storing are those that need an engine.
var storing = map[string]bool{"stream": true}

// within is how long one may take. What hangs is ended, and shows.
func within(t *testing.T) context.Context {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 2*time.Minute)
	t.Cleanup(cancel)
	return ctx
}

// build makes a program of an example. It is run by itself, so that it can be ended.
func build(t *testing.T, name string) (program string) {
	t.Helper()
	program = filepath.Join(t.TempDir(), name+".exe")
	out, err := exec.CommandContext(t.Context(), "go", "build", "-o", program, "./"+name).CombinedOutput()
	require.NoError(t, err, "%s", out)
	return program
}

func TestExamples(t *testing.T) {
	mains, err := filepath.Glob("*/main.go")
	require.NoError(t, err)
	require.NotEmpty(t, mains)
	for _, main := range mains {
		name := filepath.Dir(main)
		if serving[name] {
			continue
		}
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if _, err := exec.LookPath("nats-server"); err != nil && storing[name] {
				t.Skip("there is no engine: put nats-server on PATH")
			}
			want, err := os.ReadFile(filepath.Join(name, "want.txt"))
			require.NoError(t, err, "every example says what it prints")
			run := exec.CommandContext(within(t), build(t, name))
			var complaints bytes.Buffer
			run.Stderr = &complaints
			got, err := run.Output()
			require.NoError(t, err, complaints.String())
			assert.Equal(t, string(want), string(got))
		})
	}
}
