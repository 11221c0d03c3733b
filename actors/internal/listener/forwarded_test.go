package listener

import (
	"bufio"
	"net/http"
	"net/netip"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/troupe-mq/troupe/actors/internal/transport"
)

// TestForwarded: whom a request was forwarded for is believed from proxies alone, and only what
// they have added themselves.
func TestForwarded(t *testing.T) {
	for _, tt := range []struct{ name, proxies, header, want string }{
		{"a proxy", "127.0.0.0/8", "X-Forwarded-For: 192.0.2.7\r\n", "192.0.2.7"},
		{"forged before a proxy", "127.0.0.0/8", "X-Forwarded-For: 203.0.113.1, 192.0.2.7\r\n", "192.0.2.7"},
		{"two proxies", "127.0.0.0/8", "X-Forwarded-For: 192.0.2.7\r\nX-Forwarded-For: 127.0.0.9\r\n", "192.0.2.7"},
		{"no proxy", "10.0.0.0/8", "X-Forwarded-For: 192.0.2.7\r\n", "127.0.0.1"},
		{"nonsense", "127.0.0.0/8", "X-Forwarded-For: localhost\r\n", "127.0.0.1"},
		{"nothing", "127.0.0.0/8", "", "127.0.0.1"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			u, addr, in := serving(t, 10, NewAdmission(0, 0))
			u.Proxies = []netip.Prefix{netip.MustParsePrefix(tt.proxies)}
			call(t, addr, request+tt.header+"\r\n")
			assert.Equal(t, tt.want, transport.ClientHost(<-in))
		})
	}
}

// TestForwardedAreCounted: the limit for an address is of who is behind the proxy.
func TestForwardedAreCounted(t *testing.T) {
	u, addr, in := serving(t, 10, NewAdmission(1, 0))
	u.Proxies = []netip.Prefix{netip.MustParsePrefix("127.0.0.0/8")}
	call(t, addr, request+"X-Forwarded-For: 192.0.2.7\r\n\r\n")
	<-in
	second := call(t, addr, request+"X-Forwarded-For: 192.0.2.7\r\n\r\n")
	answer, err := http.ReadResponse(bufio.NewReader(second), nil)
	require.NoError(t, err)
	assert.Equal(t, http.StatusServiceUnavailable, answer.StatusCode)
	call(t, addr, request+"X-Forwarded-For: 192.0.2.8\r\n\r\n")
	<-in
}

// TestOtherPaths: what means something else elsewhere is not for NATS clients.
func TestOtherPaths(t *testing.T) {
	_, addr, _ := serving(t, 10, NewAdmission(0, 0))
	for _, path := range []string{"/mqtt", "/leafnode"} {
		nc := call(t, addr, strings.Replace(request, "GET /", "GET "+path, 1)+"\r\n")
		answer, err := http.ReadResponse(bufio.NewReader(nc), nil)
		require.NoError(t, err)
		assert.Equal(t, http.StatusNotFound, answer.StatusCode)
	}
}

// TestForwardedGiveBack: who is counted and does not get in is counted no more.
func TestForwardedGiveBack(t *testing.T) {
	a := NewAdmission(1, 0)
	g := &guest{leave: a.Leave, low: transport.NewProgressConn(nil)}
	for _, text := range []string{"127.0.0.1", "192.0.2.7"} {
		from := netip.MustParseAddr(text)
		require.True(t, a.admit(from, time.Now()))
		g.counts(from)
		g.release()
		g.release()
		require.True(t, a.admit(from, time.Now()))
		a.Leave(from)
	}
	g.over.Store(true)
	from := netip.MustParseAddr("192.0.2.8")
	require.True(t, a.admit(from, time.Now()))
	g.counts(from)
	require.True(t, a.admit(from, time.Now()))
}
