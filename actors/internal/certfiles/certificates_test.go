package certfiles

import (
	"bytes"
	"crypto/tls"
	"errors"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/hashicorp/go-hclog"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// TestCertificatesAreLoadedAgain: when their files have changed. What is in them does
// not matter here, but for whether it can be used.
func TestCertificatesAreLoadedAgain(t *testing.T) {
	file := filepath.Join(t.TempDir(), "server.pem")
	write := func(text string) { require.NoError(t, os.WriteFile(file, []byte(text), 0o600)) }
	load := func() (*tls.Config, error) {
		text, err := os.ReadFile(file)
		if err == nil && string(text) == "no certificate" {
			err = errors.New("no certificate")
		}
		return &tls.Config{ServerName: string(text)}, err
	}
	now := time.Now()
	var log bytes.Buffer
	write("first")
	k, err := New(Files{Names: []string{file}, Load: load}, func() time.Time { return now }, hclog.New(&hclog.LoggerOptions{Output: &log}))
	require.NoError(t, err)
	first := k.current()

	write("other")
	require.NoError(t, os.Chtimes(file, now, now.Add(time.Minute)))
	assert.Same(t, first, k.current(), "it is not looked at each time")
	now = now.Add(lookEvery)
	require.NotSame(t, first, k.current())
	assert.Equal(t, "other", k.current().ServerName)
	used, err := k.Server().GetConfigForClient(nil)
	require.NoError(t, err)
	assert.Same(t, k.current(), used, "it is asked for in each handshake")

	good := k.current()
	write("no certificate")
	now = now.Add(lookEvery)
	assert.Same(t, good, k.current(), "a mistake changes nothing")
	assert.Contains(t, log.String(), "the old one stays")
	require.NoError(t, os.Remove(file))
	now = now.Add(lookEvery)
	assert.Same(t, good, k.current())
	write("mended")
	now = now.Add(lookEvery)
	assert.Equal(t, "mended", k.current().ServerName)

	require.NoError(t, os.Remove(file))
	_, err = New(Files{Names: []string{file}, Load: load}, time.Now, hclog.NewNullLogger())
	require.ErrorIs(t, err, os.ErrNotExist)
}
