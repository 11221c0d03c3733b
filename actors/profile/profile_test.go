package profile_test

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
	"github.com/troupe-mq/troupe/actors/profile"
)

func TestProfiles(t *testing.T) {
	b, err := actors.Start(t.Context(), actors.Config{NoListen: true})
	require.NoError(t, err)
	t.Cleanup(func() {
		ctx, cancel := context.WithTimeout(context.Background(), time.Second)
		defer cancel()
		_ = b.Stop(ctx)
	})
	s, err := profile.Start(b, profile.Config{Port: -1, BlockRate: 1})
	require.NoError(t, err)
	assert.True(t, s.Addr().(*net.TCPAddr).IP.IsLoopback(), "unless told otherwise")
	for path, want := range map[string]string{
		"/debug/pprof/":                  "goroutine",
		"/debug/pprof/goroutine?debug=1": "goroutine profile:",
		"/debug/pprof/heap?debug=1":      "heap profile:",
		"/debug/pprof/block?debug=1":     "--- contention:",
		"/varz":                          "404",
	} {
		r, err := http.Get("http://" + s.Addr().String() + path)
		require.NoError(t, err)
		body, err := io.ReadAll(r.Body)
		r.Body.Close()
		require.NoError(t, err)
		assert.Contains(t, string(body), want, path)
	}
	require.NoError(t, s.Stop())
	again, err := profile.Start(b, profile.Config{Port: s.Addr().(*net.TCPAddr).Port})
	require.NoError(t, err, "the address is free again")
	require.NoError(t, again.Stop())
}

func TestValidate(t *testing.T) {
	for _, c := range []profile.Config{{Port: 1 << 16}, {Port: -2}, {BlockRate: -1}} {
		require.Error(t, c.Validate())
	}
}
