package conftest

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/troupe-mq/troupe/cmd/troupe/conf"
)

// Write puts files into a folder of their own and returns it.
func Write(t *testing.T, files map[string]string) string {
	t.Helper()
	dir := t.TempDir()
	for name, text := range files {
		require.NoError(t, os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600))
	}
	return dir
}

// Read carries the text of one file, t.conf, over into settings.
func Read(t *testing.T, text string) (s *conf.Settings, warnings []error, err error) {
	t.Helper()
	s = conf.Default()
	t.Chdir(Write(t, map[string]string{"t.conf": text}))
	file, err := s.ReadFile("t.conf")
	return s, file.Warnings, err
}
