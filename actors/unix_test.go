package actors

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
	b := listen(t, Config{UnixSocket: path, MaxConnectionsPerAddress: 1})
	talk(t, "nats://anywhere:1", nats.SetCustomDialer(toSocket{path}))
	if runtime.GOOS != "windows" {
		info, err := os.Stat(path)
		require.NoError(t, err)
		assert.Equal(t, os.FileMode(unixMode), info.Mode().Perm())
	}
	_, err := Start(t.Context(), Config{NoListen: true, UnixSocket: path})
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
	listen(t, Config{UnixSocket: path})
	talk(t, "nats://anywhere:1", nats.SetCustomDialer(toSocket{path}))
}

func TestFileInPlaceOfASocketStays(t *testing.T) {
	path := socketPath(t)
	require.NoError(t, os.WriteFile(path, []byte("precious"), 0o600))
	_, err := Start(t.Context(), Config{Port: -1, UnixSocket: path})
	require.ErrorContains(t, err, "no socket")
	assert.FileExists(t, path)
}

// A listener that fails is opened again at the same place, and those whom it has
// let in do not notice.
func TestListenersAreOpenedAgain(t *testing.T) {
	path := socketPath(t)
	b := listen(t, Config{UnixSocket: path})
	before, err := nats.Connect(b.ClientURL(), nats.NoReconnect())
	require.NoError(t, err)
	defer before.Close()
	for _, at := range b.open {
		(*at.opened.Load()).Close() // it is over, without anybody having asked
		b.hub.system.Root.Send(at.pid(b.hub), &broken{net.ErrClosed})
	}
	url, socket := b.ClientURL(), nats.SetCustomDialer(toSocket{path})
	for name, options := range map[string][]nats.Option{"tcp": nil, "unix": {socket}} {
		require.Eventually(t, func() bool {
			nc, err := nats.Connect(url, options...)
			if err == nil {
				nc.Close()
			}
			return err == nil
		}, time.Minute, 5*time.Millisecond, name)
		talk(t, url, options...)
	}
	require.NoError(t, before.Flush())
}
