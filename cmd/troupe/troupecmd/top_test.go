package troupecmd

import (
	"bytes"
	"os"
	"path/filepath"
	"runtime"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// TestTop: the program for a terminal is found on the PATH and given the arguments, and who has none is told.
func TestTop(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("the program of this test is a script")
	}
	var out, complaint bytes.Buffer
	folder := t.TempDir()
	t.Setenv("PATH", folder)
	assert.Equal(t, 1, Command{}.Run([]string{"troupe", "top"}, &out, &complaint))
	assert.Contains(t, complaint.String(), "there is no troupe-top")
	require.NoError(t, os.WriteFile(filepath.Join(folder, "troupe-top"), []byte("#!/bin/sh\necho \"$@\"\nexit 3\n"), 0o755))
	assert.Equal(t, 3, Command{}.Run([]string{"troupe", "top", "--user", "me", "http://there"}, &out, &complaint))
	assert.Equal(t, "--user me http://there\n", out.String())
}
