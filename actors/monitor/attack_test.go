package monitor_test

import (
	"fmt"
	"io"
	"net"
	"net/http"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/troupe-mq/troupe/actors"
	"github.com/troupe-mq/troupe/actors/monitor"
)

// crowd is more than are let in at a time.
const crowd = 300

// asked is a request for a path, so many times in a row.
func asked(path string, times int) string {
	return strings.Repeat("GET "+path+" HTTP/1.1\r\nHost: localhost\r\n\r\n", times)
}

// besiege connects a crowd, each of which says the same and reads nothing.
func (h *house) besiege(t *testing.T, says string) {
	t.Helper()
	for range crowd {
		nc, err := net.Dial("tcp", h.m.Addr().String())
		require.NoError(t, err)
		t.Cleanup(func() { nc.Close() })
		require.NoError(t, nc.(*net.TCPConn).SetReadBuffer(4<<10))
		go func() { _, _ = io.WriteString(nc, says) }() // it fails when the server has had enough
	}
}

// probe asks for the health as whoever would kill the broker for a wrong answer.
// Its patience is long for a test, and short for what an attack can take.
func (h *house) probe(t *testing.T, from string) {
	t.Helper()
	dialer := net.Dialer{LocalAddr: &net.TCPAddr{IP: net.ParseIP(from)}}
	client := http.Client{Timeout: 4 * time.Second, Transport: &http.Transport{DialContext: dialer.DialContext, DisableKeepAlives: true}}
	r, err := client.Get("http://" + h.m.Addr().String() + "/healthz")
	require.NoError(t, err)
	defer r.Body.Close()
	body, err := io.ReadAll(r.Body)
	require.NoError(t, err)
	assert.JSONEq(t, `{"status":"ok"}`, string(body))
}

// Whatever others do at the port, the health is told: to another address, and to
// the same.
func TestHealthIsToldUnderSiege(t *testing.T) {
	h := open(t, actors.Config{}, monitor.Config{Lab: true})
	var many strings.Builder
	for i := range 8_000 {
		fmt.Fprintf(&many, "SUB some.subject.that.is.long.enough.to.be.much.%d %d\r\n", i, i)
	}
	h.client(hello, strings.TrimSuffix(many.String(), "\r\n"))
	probes := []string{"127.0.0.1"}
	if runtime.GOOS == "linux" { // others have one address only
		probes = append(probes, "127.0.0.2")
	}
	attacks := map[string]string{
		"nothing":              "",
		"half a line":          "GET /heal",
		"half a head":          "GET /healthz HTTP/1.1\r\nHost: localhost\r\nX-A",
		"idle":                 asked("/healthz", 1),
		"no body":              "POST /lab/fault HTTP/1.1\r\nHost: localhost\r\nContent-Length: 100\r\n\r\n",
		"half a body":          "POST /lab/fault HTTP/1.1\r\nHost: localhost\r\nContent-Length: 100\r\n\r\n{",
		"no body for a list":   "GET /connz HTTP/1.1\r\nHost: localhost\r\nContent-Length: 100\r\n\r\n",
		"faults that last":     "POST /lab/fault HTTP/1.1\r\nHost: localhost\r\nContent-Length: 62\r\n\r\n" + `{"target":"connections/conn-1", "kind":"stall",    "for":"10s"}`,
		"unread health, often": asked("/healthz", 200),
	}
	for _, path := range []string{"/varz", "/connz?subs=detail", "/subsz?subs=1&limit=65536", "/metrics", "/stacksz", "/actorz", "/supervisionz", "/debug/vars"} {
		attacks["unread "+path] = asked(path, 3)
	}
	for name, says := range attacks {
		t.Run(name, func(t *testing.T) {
			h.besiege(t, says)
			for _, from := range probes {
				h.probe(t, from)
			}
		})
	}
}
