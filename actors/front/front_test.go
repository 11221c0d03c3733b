package front

import (
	"context"
	"io"
	"net"
	"net/http"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/troupe-mq/troupe/actors"
)

// TestLostListenerIsOpenedAgain: the listener breaks, the actor fails and is
// restarted at the same address.
func TestLostListenerIsOpenedAgain(t *testing.T) {
	b, err := actors.Start(t.Context(), actors.Config{NoListen: true})
	require.NoError(t, err)
	t.Cleanup(func() {
		ctx, cancel := context.WithTimeout(context.Background(), time.Second)
		defer cancel()
		_ = b.Stop(ctx)
	})
	f, err := Open(b, Config{Name: "door", Host: "127.0.0.1", Port: -1})
	require.NoError(t, err)
	require.NoError(t, f.Serve(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, "served") })))
	require.NoError(t, (*f.open.Load()).Close())
	require.Eventually(t, func() bool {
		nc, err := net.Dial("tcp", f.Addr().String())
		if err == nil {
			nc.Close()
		}
		return err == nil
	}, time.Minute, 5*time.Millisecond)
	r, err := http.Get("http://" + f.Addr().String())
	require.NoError(t, err)
	defer r.Body.Close()
	body, err := io.ReadAll(r.Body)
	require.NoError(t, err)
	assert.Equal(t, "served", string(body))
	events, err := b.History(t.Context(), 1)
	require.NoError(t, err)
	assert.Equal(t, "restarted", string(events[0].What))
	assert.Equal(t, "troupe/monitor/door", events[0].Path)
	require.NoError(t, f.Stop())
	_, err = net.Dial("tcp", f.Addr().String())
	require.Error(t, err)
}
