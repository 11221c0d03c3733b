package profile

import (
	"context"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"strings"
	"testing"
	"testing/synctest"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// ask asks for a page.
func (d *desk) ask(ctx context.Context, path string) *httptest.ResponseRecorder {
	w := httptest.NewRecorder()
	d.ServeHTTP(w, httptest.NewRequestWithContext(ctx, http.MethodGet, path, nil))
	return w
}

func TestProfilesThatTakeTooLong(t *testing.T) {
	d := newDesk()
	for _, path := range []string{"/debug/pprof/profile?seconds=301", "/debug/pprof/trace?seconds=1e9", "/debug/pprof/heap?seconds=9999999999", "/debug/pprof/trace?seconds=Inf"} {
		w := d.ask(t.Context(), path)
		assert.Equal(t, http.StatusBadRequest, w.Code, path)
		assert.Equal(t, "seconds is at most 300\n", w.Body.String(), path)
	}
	r := httptest.NewRequestWithContext(t.Context(), http.MethodPost, "/debug/pprof/profile", strings.NewReader("seconds=999"))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	w := httptest.NewRecorder()
	d.ServeHTTP(w, r)
	assert.Equal(t, http.StatusBadRequest, w.Code, "package pprof would believe the body too")
}

func TestGoroutinesAreNotPrintedOneByOneIfTheyAreMany(t *testing.T) {
	d := newDesk()
	synctest.Test(t, func(t *testing.T) {
		end := make(chan struct{})
		for range printedStack + 1 {
			go func() { <-end }()
		}
		assert.Equal(t, http.StatusBadRequest, d.ask(t.Context(), "/debug/pprof/goroutine?debug=2").Code)
		assert.Equal(t, http.StatusOK, d.ask(t.Context(), "/debug/pprof/goroutine?debug=1").Code)
		close(end)
		synctest.Wait()
	})
	assert.Equal(t, http.StatusOK, d.ask(t.Context(), "/debug/pprof/goroutine?debug=2").Code)
}

// Who watches for minutes does not keep others from what is there at once.
func TestProfilesHavePlaces(t *testing.T) {
	d := newDesk()
	for i := range atOnce {
		_, err := d.watches.Enter(t.Context(), netip.AddrFrom4([4]byte{10, 0, 0, byte(i % 2)}))
		require.NoError(t, err)
	}
	gone, cancel := context.WithCancel(t.Context())
	cancel()
	for _, path := range []string{"/debug/pprof/profile", "/debug/pprof/trace", "/debug/pprof/heap?seconds=1"} {
		assert.Equal(t, http.StatusServiceUnavailable, d.ask(gone, path).Code, path)
	}
	for _, path := range []string{"/debug/pprof/", "/debug/pprof/heap", "/debug/pprof/symbol", "/debug/pprof/cmdline"} {
		assert.Equal(t, http.StatusOK, d.ask(t.Context(), path).Code, path)
	}
}
