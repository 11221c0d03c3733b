package actors_test

import (
	"context"
	"errors"
	"net"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/troupe-mq/troupe/actors"
)

// TestWithBefore: who connects meanwhile is served when that is done, and not before.
func TestWithBefore(t *testing.T) {
	var greeted chan string
	broker, err := actors.Start(t.Context(), actors.Config{Host: "127.0.0.1", Port: -1}, actors.WithBefore(func(_ context.Context, b *actors.Broker) error {
		nc, err := net.Dial("tcp", b.Addr().String())
		if err != nil {
			return err
		}
		t.Cleanup(func() { _ = nc.Close() })
		greeted = make(chan string, 1)
		go func() {
			buf := make([]byte, 4)
			_, _ = nc.Read(buf)
			greeted <- string(buf)
		}()
		_, err = b.InProcessConn() // from inside there is nothing to wait for
		return err
	}))
	require.NoError(t, err)
	require.Equal(t, "INFO", <-greeted)
	require.NoError(t, broker.Stop(t.Context()))
}

// TestWithBeforeFails: then there is no broker, and its address is free.
func TestWithBeforeFails(t *testing.T) {
	wrong := errors.New("not today")
	var at string
	_, err := actors.Start(t.Context(), actors.Config{Host: "127.0.0.1", Port: -1}, actors.WithBefore(func(_ context.Context, b *actors.Broker) error {
		at = b.Addr().String()
		return wrong
	}))
	require.ErrorIs(t, err, wrong)
	_, err = net.Dial("tcp", at)
	require.Error(t, err)
}
