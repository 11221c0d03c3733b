package actors_test

import (
	"bufio"
	"sync"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/troupe-mq/troupe/actors"
	"github.com/troupe-mq/troupe/actors/actorstest"
)

// Whoever comes at the same time as others, there are as many as there is room
// for: not more, and not less.
func TestLastPlaces(t *testing.T) {
	const most = 3
	b := actorstest.Start(t, actors.Config{MaxConnections: most})
	for range 50 {
		var mu sync.Mutex
		var in, out int
		var crowd, leave sync.WaitGroup
		leave.Add(1)
		for range 2 * most {
			nc, err := b.InProcessConn()
			require.NoError(t, err)
			crowd.Go(func() {
				defer nc.Close()
				r := bufio.NewReader(nc)
				_, _ = r.ReadString('\n') // what comes behind it tells
				_, err := nc.Write([]byte("PING\r\n"))
				line, _ := r.ReadString('\n') // nothing, where the end came first
				mu.Lock()
				if err == nil && line == "PONG\r\n" {
					in++
				} else {
					out++
				}
				if in+out == 2*most {
					leave.Done()
				}
				mu.Unlock()
				leave.Wait()
			})
		}
		crowd.Wait()
		assert.Equal(t, most, in)
		eventually(t, "all have gone", func() bool { return b.Stats().Connections == 0 })
	}
}
