package e2e_test

import (
	"strconv"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/nats-io/nats.go"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/troupe-mq/troupe/actors"
)

// TestLameDuckLosesNothing: workers that drain when they are told to go, in the
// middle of a stream of work, have done all that they were given.
func TestLameDuckLosesNothing(t *testing.T) {
	const workers = 8
	b := listen(t, actors.Config{LameDuckGracePeriod: patience, LameDuckDuration: 2 * patience, Partitions: 4})
	var mu sync.Mutex
	done := make(map[string]int)
	var told atomic.Int32
	left := make(chan struct{}, workers)
	for range workers {
		nc, err := nats.Connect(b.ClientURL(), nats.NoReconnect(),
			nats.LameDuckModeHandler(func(nc *nats.Conn) {
				told.Add(1)
				assert.NoError(t, nc.Drain())
			}),
			nats.ClosedHandler(func(*nats.Conn) { left <- struct{}{} }))
		require.NoError(t, err)
		t.Cleanup(nc.Close)
		_, err = nc.QueueSubscribe("work.*", "workers", func(m *nats.Msg) {
			mu.Lock()
			defer mu.Unlock()
			done[string(m.Data)]++
		})
		require.NoError(t, err)
		require.NoError(t, nc.Flush())
	}
	last := dialRaw(t, b.Addr().String()) // does what nobody else is there for
	_, err := last.barrier("SUB work.* workers 1\r\n")
	require.NoError(t, err)

	p := dialRaw(t, b.Addr().String())
	published, stop, over := 0, make(chan struct{}), make(chan error, 1)
	work := func() error {
		for {
			var lot string
			for range 50 {
				lot += pub("work."+strconv.Itoa(published%7), strconv.Itoa(published))
				published++
			}
			if _, err := p.barrier(lot); err != nil {
				return err
			}
			select {
			case <-stop:
				return nil
			default:
			}
		}
	}
	go func() { over <- work() }()
	ended := make(chan error, 1)
	go func() { ended <- b.LameDuck(t.Context()) }()
	for range workers {
		<-left
	}
	close(stop)
	require.NoError(t, <-over)
	rest, err := last.barrier("")
	require.NoError(t, err)
	require.EqualValues(t, workers, told.Load())
	mu.Lock()
	defer mu.Unlock()
	for _, m := range rest {
		done[m.body]++
	}
	require.Len(t, done, published, "everything was done")
	for what, times := range done {
		require.Equal(t, 1, times, "number %s", what)
	}
	_, err = openRaw(b.Addr().String(), "")
	require.Error(t, err, "nobody new comes in")

	began := time.Now()
	last.close()
	p.close()
	require.NoError(t, <-ended)
	require.Less(t, time.Since(began), patience, "the grace period is for those who are there")
}
