//go:build unix

package transport

import (
	"net"
	"os"
	"runtime"
	"sync/atomic"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/troupe-mq/troupe/actors/internal/frames"
)

// barrenConn brings the same without end, and is never waited for.
type barrenConn struct {
	net.Conn
	brings []byte
	reads  atomic.Int64
	tell   *os.File // is written to by one of the reads
	told   atomic.Int64
	closed atomic.Bool
}

func (c *barrenConn) Read(p []byte) (n int, err error) {
	if c.closed.Load() {
		return 0, net.ErrClosed
	}
	if now := c.reads.Add(1); now == 10 {
		c.told.Store(now)
		_, _ = c.tell.Write([]byte{0})
	}
	for n+len(c.brings) <= len(p) {
		n += copy(p[n:], c.brings)
	}
	return n, nil
}

func (c *barrenConn) Write(p []byte) (int, error) { return len(p), nil }

// TestBarrenFramesComeInTurns: a client that sends pings, or frames with nothing in them, without end keeps nobody:
// whoever's socket is readable has its turn.
func TestBarrenFramesComeInTurns(t *testing.T) {
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(1)) // so that what the system does with threads shows nowhere
	for name, frame := range map[string][]byte{
		"pings": {0x89, 0x80, 0, 0, 0, 0},
		"empty": {0x82, 0x80, 0, 0, 0, 0},
	} {
		t.Run(name, func(t *testing.T) {
			from, to, err := os.Pipe()
			require.NoError(t, err)
			defer func() { _, _ = from.Close(), to.Close() }()
			c := &barrenConn{brings: frame, tell: to}
			w := &WebConn{on: c, ProgressConn: &ProgressConn{Conn: c}, decoder: frames.Decoder{}}
			over := make(chan error)
			go func() {
				_, err := w.Read(make([]byte, 16<<10))
				over <- err
			}()
			_, err = from.Read(make([]byte, 1))
			now := c.reads.Load()
			c.closed.Store(true)
			require.NoError(t, err)
			require.LessOrEqual(t, now-c.told.Load(), int64(3))
			require.ErrorIs(t, <-over, net.ErrClosed)
		})
	}
}
