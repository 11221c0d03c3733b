package actors_test

import (
	"context"
	"net"
	"os"
	"path/filepath"
	"runtime"
	"testing"
	"time"

	"github.com/nats-io/nats.go"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/troupe-mq/troupe/actors"
)

// toSocket dials a Unix socket, whatever address it is given.
type toSocket struct{ path string }

func (d toSocket) Dial(string, string) (net.Conn, error) { return net.Dial("unix", d.path) }

// socketPath is short enough for every system.
func socketPath(t *testing.T) string {
	t.Helper()
	dir, err := os.MkdirTemp("", "t") //nolint:usetesting // TempDir is too long for a socket on some systems
	require.NoError(t, err)
	t.Cleanup(func() { _ = os.RemoveAll(dir) })
	return filepath.Join(dir, "s")
}

func TestUnixSocket(t *testing.T) {
	path := socketPath(t)
	b := watched(t, actors.Config{UnixSocket: path, MaxConnectionsPerAddress: 1})
	talk(t, "nats://anywhere:1", nats.SetCustomDialer(toSocket{path}))
	if runtime.GOOS != "windows" {
		info, err := os.Stat(path)
		require.NoError(t, err)
		assert.Equal(t, os.FileMode(0o660), info.Mode().Perm())
	}
	_, err := actors.Start(t.Context(), actors.Config{NoListen: true, UnixSocket: path})
	require.ErrorContains(t, err, "another process listens there")

	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	require.NoError(t, b.Stop(ctx))
	assert.NoFileExists(t, path)
}

func TestStaleSocketIsReplaced(t *testing.T) {
	path := socketPath(t)
	stale, err := net.ListenUnix("unix", &net.UnixAddr{Name: path, Net: "unix"})
	require.NoError(t, err)
	stale.SetUnlinkOnClose(false)
	stale.Close() //nolint:errcheck // the test of what is left of it follows
	watched(t, actors.Config{UnixSocket: path})
	talk(t, "nats://anywhere:1", nats.SetCustomDialer(toSocket{path}))
}

func TestFileInPlaceOfASocketStays(t *testing.T) {
	path := socketPath(t)
	require.NoError(t, os.WriteFile(path, []byte("precious"), 0o600))
	_, err := actors.Start(t.Context(), actors.Config{Port: -1, UnixSocket: path})
	require.ErrorContains(t, err, "no socket")
	assert.FileExists(t, path)
}
