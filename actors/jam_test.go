package actors

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"net"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// TestPublisherIsPacedByItsOnlyReader floods a client that reads everything, but
// more slowly than it comes: what waits for it stays far below the limit.
func TestPublisherIsPacedByItsOnlyReader(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b, err := Start(t.Context(), Config{NoListen: true, Partitions: 1, MaxPayload: 8 << 10, MaxPending: 4 << 20})
		require.NoError(t, err)
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
		pub, _ := greeted("CONNECT {\"verbose\":false}\r\n")
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
		pub.Close()
		sub.Close()
		require.NoError(t, b.Stop(context.WithoutCancel(t.Context())))
		<-time.After(3 * time.Second) // what the broker has started runs out
	})
}

func TestJam(t *testing.T) {
	now := time.Now()
	jammed := func(moved time.Time) *target {
		j := &jam{over: make(chan struct{})}
		j.moved.Store(moved.UnixNano())
		to := new(target)
		to.jam.Store(j)
		return to
	}
	moving, still, free := jammed(now.Add(time.Hour)), jammed(now.Add(-time.Hour)), new(target)
	for name, tc := range map[string]struct {
		to    []*target
		waits bool
	}{
		"nobody":                       {nil, false},
		"the only one is behind":       {[]*target{moving}, true},
		"all are behind":               {[]*target{moving, moving}, true},
		"one keeps up":                 {[]*target{moving, free}, false},
		"the only one is stuck":        {[]*target{still}, false},
		"one is stuck, one is behind":  {[]*target{still, moving}, false},
		"one is stuck, one is keeping": {[]*target{still, free}, false},
	} {
		t.Run(name, func(t *testing.T) {
			k := packer{c: &connection{hub: new(hub)}}
			for _, to := range tc.to {
				k.parcels = append(k.parcels, parcel{to: to, used: true})
			}
			require.Equal(t, tc.waits, k.behind() != nil)
		})
	}
}

func TestJamWait(t *testing.T) {
	turns := make(chan turn, 1)
	j := &jam{over: make(chan struct{})}
	_, early := j.wait(turns)
	require.False(t, early, "long enough")
	turns <- turn{do: toStop}
	next, early := j.wait(turns)
	require.True(t, early)
	require.Equal(t, toStop, next.do)
	close(j.over)
	_, early = j.wait(turns)
	require.False(t, early, "over")
}
