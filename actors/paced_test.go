package actors_test

import (
	"bufio"
	"fmt"
	"io"
	"net"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/troupe-mq/troupe/actors"
	"github.com/troupe-mq/troupe/actors/actorstest"
)

// TestPublisherIsPacedByItsOnlyReader floods a client that reads everything, but
// more slowly than it comes: what waits for it stays far below the limit.
func TestPublisherIsPacedByItsOnlyReader(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := actorstest.Start(t, actors.Config{Partitions: 1, MaxPayload: 8 << 10, MaxPending: 4 << 20})
		greeted := func(text string) (net.Conn, *bufio.Reader) {
			nc, err := b.InProcessConn()
			require.NoError(t, err)
			r := bufio.NewReader(nc)
			_, err = r.ReadString('\n')
			require.NoError(t, err)
			_, err = io.WriteString(nc, text)
			require.NoError(t, err)
			return nc, r
		}
		sub, from := greeted("CONNECT {\"verbose\":false}\r\nSUB a 1\r\n")
		defer sub.Close()
		pub, _ := greeted("CONNECT {\"verbose\":false}\r\n")
		defer pub.Close()
		synctest.Wait()
		const n, size = 1000, 8000 // twice the limit
		go func() {
			for i := range n {
				_, _ = fmt.Fprintf(pub, "PUB a %d\r\n%0*d\r\n", size, size, i) // the reader tells if it fails
			}
		}()
		head := fmt.Sprintf("MSG a 1 %d\r\n", size)
		for range n {
			<-time.After(time.Millisecond)
			line, err := from.ReadString('\n')
			require.NoError(t, err)
			require.Equal(t, head, line)
			_, err = from.Discard(size + 2)
			require.NoError(t, err)
		}
		synctest.Wait()
		assert.Zero(t, b.Stats().SlowConsumers)
		assert.Zero(t, b.Stats().Ledger.Waiting)
	})
}
