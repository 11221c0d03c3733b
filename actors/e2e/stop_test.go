package e2e_test

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/troupe-mq/troupe/actors"
)

// backlog makes a subscriber that has not read what is queued for it, which is
// more than the kernel takes.
func backlog(t *testing.T, addr string, messages int) *raw {
	t.Helper()
	c, err := openRaw(addr, quiet)
	require.NoError(t, err)
	t.Cleanup(c.close)
	_, err = c.barrier("SUB backlog 1\r\n")
	require.NoError(t, err)
	p := dialRaw(t, addr)
	body := strings.Repeat("b", 10_000)
	for n := range messages {
		require.NoError(t, p.send(pub("backlog", fmt.Sprint(n, " ", body))))
	}
	_, err = p.barrier("")
	require.NoError(t, err)
	return c
}

// TestStopDrains: what was queued for a client that reads gets there.
func TestStopDrains(t *testing.T) {
	const messages = 2000
	b := listen(t, actors.Config{})
	c := backlog(t, b.Addr().String(), messages)
	stopped := make(chan error, 1)
	go func() {
		ctx, cancel := context.WithTimeout(context.Background(), patience)
		defer cancel()
		stopped <- b.Stop(ctx)
	}()
	c.mute = true // what a socket is sent behind its end would be answered with a reset
	for n := range messages {
		m, line, err := c.next()
		require.NoError(t, err, "message %d", n)
		require.NotNil(t, m, line)
		require.True(t, strings.HasPrefix(m.body, fmt.Sprint(n, " ")), "message %d", n)
	}
	_, _, err := c.next()
	require.Error(t, err, "closed, at a whole message")
	require.NoError(t, <-stopped)
	_, err = openRaw(b.Addr().String(), "")
	require.Error(t, err)
}

// TestStopWaitsForNobodyLong: a client that never reads is waited for as long as
// the caller says.
func TestStopWaitsForNobodyLong(t *testing.T) {
	b := listen(t, actors.Config{})
	_ = backlog(t, b.Addr().String(), 2000)
	idle := dialRaw(t, b.Addr().String())
	_, err := idle.barrier("")
	require.NoError(t, err)
	const bound = 300 * time.Millisecond
	ctx, cancel := context.WithTimeout(t.Context(), bound)
	defer cancel()
	began := time.Now()
	require.ErrorIs(t, b.Stop(ctx), context.DeadlineExceeded)
	took := time.Since(began)
	require.GreaterOrEqual(t, took, bound)
	require.Less(t, took, bound+patience)
	_, _, err = idle.next()
	require.Error(t, err, "closed")
	<-b.Done()
}

// TestStopUnderLoad: stopping while everybody is busy ends, and every client sees
// the end between two whole messages.
func TestStopUnderLoad(t *testing.T) {
	b := listen(t, actors.Config{Partitions: 4})
	addr := b.Addr().String()
	const clients = 20
	results, running := make(chan error, clients), make(chan struct{}, clients)
	for i := range clients {
		c := dialRaw(t, addr)
		go func() {
			_, err := c.barrier(fmt.Sprintf("SUB *.load 1\r\nSUB %d.* q 2\r\n", i))
			for n := 0; err == nil; n++ {
				if n == 3 {
					running <- struct{}{}
				}
				_, err = c.barrier(pub(fmt.Sprintf("%d.load", (i+n)%clients), strings.Repeat("l", 100)))
			}
			results <- err
		}()
	}
	for range clients {
		<-running
	}
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	require.NoError(t, b.Stop(ctx))
	for range clients {
		err := <-results
		require.Error(t, err)
		require.NotContains(t, err.Error(), "malformed")
		require.NotContains(t, err.Error(), "timeout")
	}
}
