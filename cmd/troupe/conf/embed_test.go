package conf_test

import (
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/troupe-mq/troupe/actors"
	"github.com/troupe-mq/troupe/cmd/troupe/conf"
	"github.com/troupe-mq/troupe/cmd/troupe/conf/internal/conftest"
)

func TestReadFileForEmbedders(t *testing.T) {
	dir := conftest.Write(t, map[string]string{
		"good.conf": "listen: \"127.0.0.1:-1\"\naudit { file: \"" + filepath.ToSlash(filepath.Join(t.TempDir(), "a.log")) + "\", republish: true }\nno_sublist_cache: true",
		"bad.conf":  "port: 99999",
	})
	s, file, err := conf.ReadFile(filepath.Join(dir, "good.conf"), nil)
	require.NoError(t, err)
	assert.Len(t, file.Warnings, 1)
	options, err := s.Options()
	require.NoError(t, err)
	assert.Len(t, options, 2, "the audit log, and the audit by messages")
	b, err := actors.Start(t.Context(), s.Broker, options...)
	require.NoError(t, err)
	assert.Len(t, b.Taps(), 2)
	require.NoError(t, b.Stop(t.Context()))

	s, _, err = conf.ReadFile(filepath.Join(dir, "bad.conf"), nil)
	require.ErrorContains(t, err, "port 99999 is not in -1..65535", "what is wrong as a whole is found too")
	assert.Nil(t, s)
	_, _, err = conf.ReadFile(filepath.Join(dir, "none.conf"), nil)
	require.Error(t, err)
}
