//go:build linux

package actors_test

import (
	"bufio"
	"crypto/tls"
	"fmt"
	"net"
	"net/http"
	"path/filepath"
	"testing"
	"time"

	"github.com/coder/websocket"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/troupe-mq/troupe/actors"
	"github.com/troupe-mq/troupe/actors/report"
)

// sitter is a client on a socket that says nothing for long.
type sitter struct {
	t  *testing.T
	nc net.Conn
	r  *bufio.Reader
}

func sit(t *testing.T, nc net.Conn, over *tls.Config) *sitter {
	t.Helper()
	t.Cleanup(func() { nc.Close() })
	require.NoError(t, nc.SetDeadline(time.Now().Add(time.Minute)))
	s := &sitter{t: t, nc: nc, r: bufio.NewReader(nc)}
	s.line() // INFO
	if over != nil {
		s.nc = tls.Client(nc, over)
		s.r = bufio.NewReader(s.nc)
	}
	s.say("CONNECT {\"verbose\":false}\r\nSUB x 1\r\nPING\r\n")
	require.Equal(t, "PONG", s.line())
	return s
}

func (s *sitter) say(text string) {
	s.t.Helper()
	_, err := s.nc.Write([]byte(text))
	require.NoError(s.t, err)
}

func (s *sitter) line() string {
	s.t.Helper()
	for {
		line, err := s.r.ReadString('\n')
		require.NoError(s.t, err)
		if line != "PING\r\n" {
			return line[:len(line)-2]
		}
		s.say("PONG\r\n")
	}
}

// TestIdleConnectionsPark: connections that nothing comes from have no goroutine after a while. They are served as any others,
// and each of them parks again.
func TestIdleConnectionsPark(t *testing.T) {
	a := newAuthority(t)
	path := filepath.Join(t.TempDir(), "s")
	tcp := func(b *actors.Broker) (net.Conn, error) { return net.Dial("tcp", b.Addr().String()) }
	web := func(scheme string, over *tls.Config) func(b *actors.Broker) (net.Conn, error) {
		options := &websocket.DialOptions{HTTPClient: &http.Client{Transport: &http.Transport{TLSClientConfig: over}}}
		return func(b *actors.Broker) (net.Conn, error) {
			ws, _, err := websocket.Dial(t.Context(), scheme+b.WebSocketAddr().String(), options)
			if err != nil {
				return nil, err
			}
			return websocket.NetConn(t.Context(), ws, websocket.MessageBinary), nil
		}
	}
	for name, tt := range map[string]struct {
		config actors.Config
		dial   func(b *actors.Broker) (net.Conn, error)
		over   *tls.Config
	}{
		"tcp":  {dial: tcp},
		"unix": {config: actors.Config{UnixSocket: path}, dial: func(*actors.Broker) (net.Conn, error) { return net.Dial("unix", path) }},
		"tls":  {config: actors.Config{TLS: a.server()}, dial: tcp, over: a.client()},
		"ws":   {config: actors.Config{WebSocket: &actors.WebSocket{Host: "127.0.0.1", Port: -1, NoTLS: true}}, dial: web("ws://", nil)},
		"wss":  {config: actors.Config{WebSocket: &actors.WebSocket{Host: "127.0.0.1", Port: -1, TLS: a.server()}}, dial: web("wss://", a.client())},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel() // they wait
			b := watched(t, tt.config)
			all := make([]*sitter, 50)
			for i := range all {
				nc, err := tt.dial(b)
				require.NoError(t, err)
				all[i] = sit(t, nc, tt.over)
			}
			parked := func(n int) {
				t.Helper()
				require.Eventually(t, func() bool { return b.Stats().Parked == n }, patience, time.Millisecond)
			}
			for range 2 {
				parked(len(all))
				all[0].say("PUB x 1\r\nm\r\n")
				for _, s := range all {
					assert.Equal(t, "MSG x 1 1", s.line(), "what is written wakes nobody")
					assert.Equal(t, "m", s.line())
				}
				for i, s := range all {
					s.say(fmt.Sprintf("PUB y%d 1\r\nm\r\nPING\r\n", i))
				}
				for _, s := range all {
					assert.Equal(t, "PONG", s.line())
				}
			}
			parked(len(all))
			require.NoError(t, all[0].nc.Close())
			require.NoError(t, b.Kick(t.Context(), b.Stats().TotalConnections))
			require.Eventually(t, func() bool { return b.Stats().Connections == len(all)-2 }, patience, time.Millisecond)
			parked(len(all) - 2)
			page, err := b.Connections(t.Context(), report.ConnectionQuery{State: report.ClosedConnections})
			require.NoError(t, err)
			assert.Len(t, page.Connections, 2)
			require.NoError(t, b.Stop(t.Context()))
			assert.Zero(t, b.Stats().Parked)
		})
	}
}

// TestPartKeepsAwake: a client in the middle of a message is waited for by its reader, so that it can have to give way.
func TestPartKeepsAwake(t *testing.T) {
	b := watched(t, actors.Config{})
	whole, part := sitOn(t, b), sitOn(t, b)
	part.say("PUB x 5\r\nab")
	require.Eventually(t, func() bool { return b.Stats().Parked == 1 }, patience, time.Millisecond)
	part.say("cde\r\n")
	assert.Equal(t, "MSG x 1 5", whole.line())
	require.Eventually(t, func() bool { return b.Stats().Parked == 2 }, patience, time.Millisecond)
}

func sitOn(t *testing.T, b *actors.Broker) *sitter {
	t.Helper()
	nc, err := net.Dial("tcp", b.Addr().String())
	require.NoError(t, err)
	return sit(t, nc, nil)
}
