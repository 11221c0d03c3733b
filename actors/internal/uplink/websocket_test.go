//go:build unix

package uplink

import (
	"net"
	"os"
	"runtime"
	"sync/atomic"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/troupe-mq/troupe/actors/internal/frames"
)

// barrenHub sends the same without end, and is never waited for.
type barrenHub struct {
	net.Conn
	brings         []byte
	tell           *os.File // is written to by one of the reads
	reads, answers atomic.Int64
	closed         atomic.Bool
}

func (c *barrenHub) Read(p []byte) (n int, err error) {
	if c.closed.Load() {
		return 0, net.ErrClosed
	}
	if c.reads.Add(1) == 10 {
		_, _ = c.tell.Write([]byte{0})
		c.answers.Store(0)
	}
	for n+len(c.brings) <= len(p) {
		n += copy(p[n:], c.brings)
	}
	return n, nil
}

func (c *barrenHub) Write(p []byte) (int, error) {
	c.answers.Add(1)
	return len(p), nil
}

// TestBarrenFramesOfAHubComeInTurns: a hub that sends pings, or frames with nothing in them, without end keeps nobody: whoever's socket
// is readable has its turn, behind a read and some answers.
func TestBarrenFramesOfAHubComeInTurns(t *testing.T) {
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(1)) // so that what the system does with threads shows nowhere
	for name, frame := range map[string][]byte{"pings": {0x89, 0}, "empty": {0x82, 0}} {
		t.Run(name, func(t *testing.T) {
			from, to, err := os.Pipe()
			require.NoError(t, err)
			defer func() { _, _ = from.Close(), to.Close() }()
			c := &barrenHub{brings: frame, tell: to}
			w := &webConn{Conn: c, decoder: frames.Decoder{Served: true}}
			over := make(chan error)
			go func() {
				_, err := w.Read(make([]byte, 16<<10))
				over <- err
			}()
			_, err = from.Read(make([]byte, 1))
			reads, answers := c.reads.Load(), c.answers.Load()
			c.closed.Store(true)
			require.NoError(t, err)
			require.LessOrEqual(t, reads, int64(13))
			require.LessOrEqual(t, answers, int64(3*pongsAtOnce))
			require.ErrorIs(t, <-over, net.ErrClosed)
		})
	}
}
