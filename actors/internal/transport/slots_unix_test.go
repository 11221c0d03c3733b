//go:build unix

package transport

import (
	"os"
	"runtime"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// TestHandshakesInLineLetOthersGoFirst: of many handshakes that wait for a slot only a few compute before one whose file becomes readable
// then.
func TestHandshakesInLineLetOthersGoFirst(t *testing.T) {
	const many, few = 1000, 100
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(1)) // so that what the system does with threads shows nowhere
	from, to, err := os.Pipe()
	require.NoError(t, err)
	defer func() { _, _ = from.Close(), to.Close() }()
	slots, until := NewHandshakeSlots(1), time.Now().Add(time.Minute)
	require.NoError(t, slots.Enter(guest{from: "10.0.0.1"}, until, nil))
	var done atomic.Int64
	var all sync.WaitGroup
	for range many {
		w := slots.enter(guest{from: "10.0.0.1"})
		all.Go(func() {
			if slots.await(w, until, nil) != nil {
				return
			}
			for start := time.Now(); time.Since(start) < 10*time.Microsecond; {
			}
			if done.Add(1) == many/2 {
				_, _ = to.Write([]byte{0})
			}
			slots.Leave()
		})
	}
	slots.Leave()
	_, err = from.Read(make([]byte, 1))
	require.NoError(t, err)
	require.Less(t, done.Load(), int64(many/2+few))
	all.Wait()
}
