package listener

import (
	"bufio"
	"io"
	"net"
	"net/http"
	"net/netip"
	"strings"
	"testing"
	"time"

	"github.com/hashicorp/go-hclog"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/troupe-mq/troupe/actors/internal/host"
	"github.com/troupe-mq/troupe/actors/internal/transport"
	"github.com/troupe-mq/troupe/supervisor"
)

const request = "GET / HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"

// serving is an upgrader at an address of its own, and who has come in.
func serving(t *testing.T, places int, admission *admission, proxies ...netip.Prefix) (u *Upgrader, addr string, in <-chan *transport.WebConn) {
	t.Helper()
	h := host.New(hclog.NewNullLogger(), func(supervisor.Event) {})
	t.Cleanup(h.System.Shutdown)
	arrived := make(chan *transport.WebConn, 100)
	u = &Upgrader{
		Env: &Env{Host: h, Admission: admission, Accept: func(a transport.Arrival) uint64 {
			t.Cleanup(func() { a.Conn.Close() })
			arrived <- a.Conn.(*transport.WebConn)
			return 1
		}},
		Lobby: transport.NewLobby(places),
	}
	u.Options.Store(&WebOptions{Timeout: time.Minute, Compression: true, Proxies: proxies})
	open, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	over := make(chan error, 1)
	go func() { over <- u.Serve(open) }()
	t.Cleanup(func() {
		open.Close()
		assert.NoError(t, <-over)
	})
	return u, open.Addr().String(), arrived
}

// call connects, and says something.
func call(t *testing.T, addr, text string) net.Conn {
	t.Helper()
	nc, err := net.Dial("tcp", addr)
	require.NoError(t, err)
	t.Cleanup(func() { nc.Close() })
	require.NoError(t, nc.SetDeadline(time.Now().Add(time.Minute)))
	_, err = io.WriteString(nc, text)
	require.NoError(t, err)
	return nc
}

// status is the first line of the answer.
func status(t *testing.T, nc net.Conn) string {
	t.Helper()
	line, err := bufio.NewReader(nc).ReadString('\n')
	require.NoError(t, err)
	return strings.TrimSpace(line)
}

// Those who begin a request and do not end it take places from each other, and from
// nobody else, though all have one address.
func TestHalfOpenTakeNoPlaceFromOthers(t *testing.T) {
	_, addr, in := serving(t, 4, NewAdmission(0, 0))
	var stuck []net.Conn
	for i := range 20 {
		stuck = append(stuck, call(t, addr, "GET / HTTP/1.1\r\nHost: x\r\nUpg"))
		if i%4 == 3 {
			nc := call(t, addr, request+"\r\n")
			assert.Equal(t, "HTTP/1.1 101 Switching Protocols", status(t, nc))
			<-in
		}
	}
	for _, nc := range stuck[:16] {
		n, err := nc.Read(make([]byte, 1))
		assert.Zero(t, n)
		require.Error(t, err)
	}
}

// Limits for an address hold before a byte is read, and what is given up counts no more.
func TestAddressIsAskedAtAccept(t *testing.T) {
	u, addr, in := serving(t, 100, NewAdmission(2, 0))
	first, second := call(t, addr, ""), call(t, addr, request+"\r\n")
	assert.Equal(t, "HTTP/1.1 101 Switching Protocols", status(t, second))
	web := <-in
	third := call(t, addr, "")
	assert.Equal(t, "HTTP/1.1 503 Service Unavailable", status(t, third))
	first.Close()
	for { // the server has to notice
		nc := call(t, addr, request+"\r\n")
		if answer, err := bufio.NewReader(nc).ReadString('\n'); err == nil && strings.Contains(answer, "101") {
			break
		}
	}
	require.NoError(t, web.Close())
	u.Admission.mu.Lock()
	defer u.Admission.mu.Unlock()
	for _, v := range u.Admission.known {
		assert.Equal(t, 2, v.connections, "those who are in are the broker's to give back")
	}
}

func TestUpgrade(t *testing.T) {
	_, addr, in := serving(t, 100, NewAdmission(0, 0))
	for _, test := range []struct {
		name, text, status string
	}{
		{"good", request + "\r\n", "HTTP/1.1 101 Switching Protocols"},
		{"a body that nobody has asked for", "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\n", "HTTP/1.1 405 Method Not Allowed"},
		{"no upgrade", "GET / HTTP/1.1\r\nHost: x\r\n\r\n", "HTTP/1.1 400 Bad Request"},
		{"a long header", request + "X: " + strings.Repeat("x", 20<<10) + "\r\n\r\n", "HTTP/1.1 431 Request Header Fields Too Large"},
	} {
		t.Run(test.name, func(t *testing.T) {
			assert.Equal(t, test.status, status(t, call(t, addr, test.text)))
		})
	}
	<-in
	nc := call(t, addr, request+"Sec-WebSocket-Extensions: x-other, permessage-deflate; client_max_window_bits\r\n\r\n\x82\x85\x00\x00\x00\x00early")
	answer, err := http.ReadResponse(bufio.NewReader(nc), nil)
	require.NoError(t, err)
	answer.Body.Close()
	assert.Equal(t, "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=", answer.Header.Get("Sec-WebSocket-Accept"), "that of RFC 6455")
	assert.Equal(t, compressionOffer, answer.Header.Get("Sec-WebSocket-Extensions"))
	early := make([]byte, 5)
	_, err = io.ReadFull(<-in, early)
	require.NoError(t, err)
	assert.Equal(t, "early", string(early))
}

func TestAsksForCompression(t *testing.T) {
	for offer, want := range map[string]bool{
		"":                   false,
		"permessage-deflate": true,
		"permessage-deflate; client_max_window_bits=10":                                    true,
		"permessage-deflate; server_max_window_bits=15":                                    true,
		"permessage-deflate; server_max_window_bits=10":                                    false,
		"permessage-deflate; server_max_window_bits=10, permessage-deflate":                true,
		"Permessage-Deflate; server_no_context_takeover; client_no_context_takeover":       true,
		"x-webkit-deflate-frame":                                                           false,
		"permessage-deflate; something":                                                    false,
		"client_no_context_takeover; permessage-deflate":                                   false,
		"permessage-deflate;client_no_context_takeover ;  server_max_window_bits=15 , foo": true,
	} {
		assert.Equal(t, want, asksForCompression(http.Header{"Sec-Websocket-Extensions": {offer}}), offer)
	}
}
