//go:build unix

package transport

import (
	"net"
	"os"
	"runtime"
	"sync/atomic"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/troupe-mq/troupe/actors/internal/compression"
	"github.com/troupe-mq/troupe/actors/internal/frames"
)

// barrenConn brings the same without end, and is never waited for.
type barrenConn struct {
	net.Conn
	brings []byte
	at     int
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
	for n < len(p) {
		some := copy(p[n:], c.brings[c.at:])
		n, c.at = n+some, (c.at+some)%len(c.brings)
	}
	return n, nil
}

func (c *barrenConn) Write(p []byte) (int, error) { return len(p), nil }

// TestBarrenFramesComeInTurns: a client that sends pings, or frames with nothing in them, without end keeps nobody:
// whoever's socket is readable has its turn. So it is with a server whose compressed blocks are empty, or to be passed over.
func TestBarrenFramesComeInTurns(t *testing.T) {
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(1)) // so that what the system does with threads shows nowhere
	web := func(c net.Conn) net.Conn {
		return &WebConn{on: c, ProgressConn: &ProgressConn{Conn: c}, decoder: frames.Decoder{}}
	}
	compressed := func(c net.Conn) net.Conn {
		l, _ := Compressed(stream{c}, []byte("\xff\x06\x00\x00S2sTwO"), compression.Terms{Mode: compression.Fast})
		return l.Conn()
	}
	for name, tt := range map[string]struct {
		over   func(net.Conn) net.Conn
		brings []byte
		most   int64 // reads of the socket, then others have had their turn
	}{
		"pings":      {web, []byte{0x89, 0x80, 0, 0, 0, 0}, 3},
		"empty":      {web, []byte{0x82, 0x80, 0, 0, 0, 0}, 3},
		"skipped":    {compressed, []byte{0x80, 0, 0, 0}, 40},
		"long":       {compressed, append([]byte{0xfe, 0xff, 0xff, 0xff}, make([]byte, 1<<24-1)...), 40},
		"no content": {compressed, []byte{0x01, 4, 0, 0, 0xd8, 0xea, 0x82, 0xa2}, 40},
	} {
		t.Run(name, func(t *testing.T) {
			from, to, err := os.Pipe()
			require.NoError(t, err)
			defer func() { _, _ = from.Close(), to.Close() }()
			c := &barrenConn{brings: tt.brings, tell: to}
			over := make(chan error)
			go func() {
				_, err := tt.over(c).Read(make([]byte, 16<<10))
				over <- err
			}()
			_, err = from.Read(make([]byte, 1))
			now := c.reads.Load()
			c.closed.Store(true)
			require.NoError(t, err)
			require.LessOrEqual(t, now-c.told.Load(), tt.most)
			require.ErrorIs(t, <-over, net.ErrClosed)
		})
	}
}
