package front

import (
	"bufio"
	"crypto/tls"
	"io"
	"log"
	"net"
	"net/http"
	"os"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/troupe-mq/troupe/actors/actorstest"
)

// hall is a listener in memory, for tests in virtual time. Its server has a page
// of each kind.
type hall struct {
	t      *testing.T
	server *server
	comes  chan net.Conn
	over   chan struct{}
	close  sync.Once
	asked  func(path string) int
}

func (h *hall) Accept() (net.Conn, error) {
	select {
	case nc := <-h.comes:
		return nc, nil
	case <-h.over:
		return nil, net.ErrClosed
	}
}

func (h *hall) Close() error {
	h.close.Do(func() { close(h.over) })
	return nil
}

func (h *hall) Addr() net.Addr { return &net.TCPAddr{} }

// longAnswer is the size of /long.
const longAnswer = 8 * pieceSize

// openHall serves until the test ends. It answers /long with longAnswer bytes,
// /slow after a minute, and everything else with the body of the request.
func openHall(t *testing.T, lim limits, c *tls.Config) *hall {
	t.Helper()
	h := &hall{t: t, comes: make(chan net.Conn), over: make(chan struct{})}
	var mu sync.Mutex
	counts := make(map[string]int)
	h.asked = func(path string) int {
		mu.Lock()
		defer mu.Unlock()
		return counts[path]
	}
	h.server = newServer(h, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		mu.Lock()
		counts[r.URL.Path]++
		mu.Unlock()
		switch r.URL.Path {
		case "/long":
			_, _ = io.WriteString(w, strings.Repeat("x", longAnswer)) // the answer knows if it fails
		case "/slow":
			select {
			case <-time.After(time.Minute):
			case <-r.Context().Done():
			}
		}
		_, _ = io.Copy(w, r.Body) // the same
	}), c, &lim, log.New(io.Discard, "", 0))
	done := make(chan error, 1)
	go func() { done <- h.server.serve() }()
	t.Cleanup(func() {
		_ = h.server.http.Close()
		assert.ErrorIs(t, <-done, http.ErrServerClosed)
		actorstest.Advance(t, time.Second) // net/http closes some with a delay
	})
	return h
}

// visitor is a client of a hall.
type visitor struct {
	net.Conn
	t *testing.T
	r *bufio.Reader
}

// cameFrom is a connection with an address.
type cameFrom struct {
	net.Conn
	addr net.Addr
}

func (c *cameFrom) RemoteAddr() net.Addr { return c.addr }

// enter connects from an address, and says something if it is not empty.
func (h *hall) enter(from, says string) *visitor {
	h.t.Helper()
	ours, theirs := net.Pipe()
	h.t.Cleanup(func() { ours.Close() })
	h.comes <- &cameFrom{theirs, &net.TCPAddr{IP: net.ParseIP(from), Port: 1}}
	v := &visitor{Conn: ours, t: h.t, r: bufio.NewReader(ours)}
	if says != "" {
		v.say(says)
	}
	return v
}

func (v *visitor) say(text string) {
	v.t.Helper()
	_, err := io.WriteString(v, text)
	require.NoError(v.t, err)
}

// get is a request for a path.
func get(path string) string { return "GET " + path + " HTTP/1.1\r\nHost: here\r\n\r\n" }

// answer reads a whole answer.
func (v *visitor) answer() (status int, body string) {
	v.t.Helper()
	r, err := http.ReadResponse(v.r, nil)
	require.NoError(v.t, err)
	defer r.Body.Close()
	b, err := io.ReadAll(r.Body)
	require.NoError(v.t, err)
	return r.StatusCode, string(b)
}

// gone reports whether the server has closed the connection.
func (v *visitor) gone() bool {
	v.t.Helper()
	if v.SetReadDeadline(time.Now().Add(time.Millisecond)) != nil {
		return true
	}
	_, err := v.r.Peek(v.r.Buffered() + 1)
	require.Error(v.t, err, "nothing was asked")
	require.NoError(v.t, v.SetReadDeadline(time.Time{}))
	return !os.IsTimeout(err)
}

// used is how much of the budget for answers is taken.
func (h *hall) used() int64 {
	b := h.server.http.Handler.(*counter).budget
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.used
}

// present is how many are connected.
func (h *hall) present() int {
	all, ok := h.server.listener.(*crowd)
	if !ok {
		return -1
	}
	all.mu.Lock()
	defer all.mu.Unlock()
	return len(all.guests)
}
