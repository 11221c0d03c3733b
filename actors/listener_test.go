package actors

import (
	"context"
	"errors"
	"net"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

func startListening(t *testing.T) *Broker {
	t.Helper()
	b, err := Start(t.Context(), Config{Host: "127.0.0.1", Port: -1})
	require.NoError(t, err)
	t.Cleanup(func() {
		ctx, cancel := context.WithTimeout(context.Background(), 5*time.Second)
		defer cancel()
		_ = b.Stop(ctx) // ErrStopped where that is the point of the test
	})
	return b
}

// greets reports whether the broker's port is open and says INFO.
func greets(b *Broker) bool {
	nc, err := net.DialTimeout("tcp", b.Addr().String(), time.Second)
	if err != nil {
		return false
	}
	defer nc.Close()
	_ = nc.SetReadDeadline(time.Now().Add(time.Second))
	n, _ := nc.Read(make([]byte, 16))
	return n > 0
}

func TestFailedListenerOpensItsPortAgain(t *testing.T) {
	b := startListening(t)
	require.True(t, greets(b))
	b.hub.system.Root.Send(b.listen.pid(b.hub), &broken{errors.New("no more descriptors")})
	eventually(t, func() bool { return greets(b) })
	require.NoError(t, b.Err())
}

func TestBrokerStopsWhenItsListenerCannotBeKept(t *testing.T) {
	b := startListening(t)
	cause := errors.New("the network is gone")
	for range 10 {
		b.hub.system.Root.Send(b.listen.pid(b.hub), &broken{cause})
	}
	select {
	case <-b.Done():
	case <-time.After(time.Minute):
		t.Fatal("it goes on without a port")
	}
	require.ErrorIs(t, b.Err(), cause)
	require.False(t, greets(b))
}
