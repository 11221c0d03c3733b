package endpoints

import (
	"net"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/troupe-mq/troupe/actors/config"
)

// names are those of listeners.
func names(ws Ways) (all []string) {
	for _, w := range ws {
		all = append(all, w.name)
	}
	return all
}

// TestChange: what stays where it is stays open, whatever else is different about it.
func TestChange(t *testing.T) {
	s, c := newSet(t), local()
	require.NoError(t, s.Open(t.Context(), &c))
	web, clients := s.Web().Listening, s.Clients().Listening

	now := c
	now.WebSocket = &config.WebSocket{Port: -1, NoTLS: true, Compression: true, AllowedOrigins: []string{"https://a.example"}}
	now.ProxyProtocol, now.UnixSocket = true, t.TempDir()+"/s"
	assert.True(t, s.Moves(&now))
	change, err := s.Prepare(t.Context(), &now)
	require.NoError(t, err)
	assert.Equal(t, []string{"unix"}, names(change.opened))
	assert.Empty(t, change.closed)
	change.Apply()
	assert.Same(t, web, s.Web().Listening)
	assert.Same(t, clients, s.Clients().Listening)
	assert.True(t, s.upgrader.Options.Load().Compression)
	assert.NotNil(t, clients.Proxy.Load())

	change, err = s.Prepare(t.Context(), &config.Config{NoListen: true})
	require.NoError(t, err)
	assert.Equal(t, []string{"websocket", "clients", "unix"}, names(change.closed))
	change.Apply()
	assert.Empty(t, s.Ways())
	Ways{{Listening: web}, {Listening: clients}}.Close()
}

// TestChangeOfAddresses: two ways may change places, and one may go from one address of a port to all of them.
func TestChangeOfAddresses(t *testing.T) {
	s, c := newSet(t), local()
	c.Port, c.WebSocket.Port = freed(t), freed(t)
	require.NoError(t, s.Open(t.Context(), &c))
	now := c
	now.Port, now.WebSocket = c.WebSocket.Port, &config.WebSocket{Host: "0.0.0.0", Port: c.Port, NoTLS: true}
	change, err := s.Prepare(t.Context(), &now)
	require.NoError(t, err)
	change.Apply()
	assert.Equal(t, c.WebSocket.Port, s.Clients().Port(0))
	assert.Equal(t, c.Port, s.Web().Port(0))
}

// TestChangeThatCannotBe: nothing is left open.
func TestChangeThatCannotBe(t *testing.T) {
	taken, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	defer taken.Close()
	s, c := newSet(t), local()
	require.NoError(t, s.Open(t.Context(), &c))
	now := c
	now.WebSocket = &config.WebSocket{Port: freed(t), NoTLS: true}
	now.Port = taken.Addr().(*net.TCPAddr).Port
	_, err = s.Prepare(t.Context(), &now)
	require.ErrorContains(t, err, taken.Addr().String())
	_, err = net.Dial("tcp", address("127.0.0.1", now.WebSocket.Port))
	require.Error(t, err)
	now.Port, now.TLS = freed(t), &config.TLS{CertFile: "none", KeyFile: "none"}
	_, err = s.Prepare(t.Context(), &now)
	require.Error(t, err)
	_, err = net.Dial("tcp", address("127.0.0.1", now.Port))
	assert.Error(t, err)
}
