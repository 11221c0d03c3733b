package endpoints

import (
	"encoding/json"
	"math/rand/v2"
	"net"
	"strconv"
	"strings"
	"testing"

	"github.com/hashicorp/go-hclog"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/troupe-mq/troupe/actors/access"
	"github.com/troupe-mq/troupe/actors/config"
	"github.com/troupe-mq/troupe/actors/internal/host"
	"github.com/troupe-mq/troupe/actors/internal/listener"
	"github.com/troupe-mq/troupe/actors/internal/transport"
	"github.com/troupe-mq/troupe/supervisor"
	"github.com/troupe-mq/troupe/wire"
)

func newSet(t *testing.T) *Set {
	h := host.New(hclog.NewNullLogger(), func(supervisor.Event) {})
	t.Cleanup(h.System.Shutdown)
	s := New(h, &listener.Env{Host: h}, transport.NewHandshakes(), nil)
	t.Cleanup(s.Close)
	return s
}

// local is a configuration whose addresses are any free ports of this machine.
func local() config.Config {
	c := config.Config{Host: "127.0.0.1", Port: -1, WebSocket: &config.WebSocket{Port: -1, NoTLS: true}}
	return c.WithDefaults()
}

func TestEveryAddressOrNone(t *testing.T) {
	taken, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	defer taken.Close()
	c := local()
	c.Port = taken.Addr().(*net.TCPAddr).Port

	s := newSet(t)
	require.ErrorContains(t, s.Open(t.Context(), &c), taken.Addr().String())
	assert.Empty(t, s.Ways())
	c.WebSocket.Port, c.Port = freed(t), taken.Addr().(*net.TCPAddr).Port
	require.Error(t, s.Open(t.Context(), &c))
	_, err = net.Dial("tcp", address(c.Host, c.WebSocket.Port))
	assert.Error(t, err, "it was opened first, and is closed again")
}

func TestWhatClientsAreTold(t *testing.T) {
	c := local()
	c.User, c.Password = "u", "p"
	s := newSet(t)
	require.NoError(t, s.Open(t.Context(), &c))
	gate, err := access.New(access.Policy{User: "u", Password: "p"})
	require.NoError(t, err)

	s.Announce(wire.Info{Host: c.Host, Port: s.Clients().Port(0)}, &c, gate)
	assert.Equal(t, s.Clients().Port(0), told(t, s.Clients().Endpoint).Port)
	assert.Equal(t, s.Clients().Port(0), told(t, s.Inside).Port)
	assert.Equal(t, s.Web().Port(0), told(t, s.Web().Endpoint).Port)
	assert.True(t, told(t, s.Web().Endpoint).AuthRequired)
	assert.Equal(t, c.MaxPayload, told(t, s.Inside).MaxPayload)

	c.ClientAdvertise = "broker.example:9999"
	s.Announce(wire.Info{Host: c.Host, Port: s.Clients().Port(0)}, &c, gate)
	assert.Equal(t, "broker.example", told(t, s.Clients().Endpoint).Host)
	assert.Equal(t, s.Web().Port(0), told(t, s.Web().Endpoint).Port, "which only clients of that address see")
}

func TestWhatOthersAreTold(t *testing.T) {
	c := local()
	s := newSet(t)
	require.NoError(t, s.Open(t.Context(), &c))
	clients, web := s.URLs(&c)
	assert.Equal(t, []string{address(c.Host, s.Clients().Port(0))}, clients)
	assert.Equal(t, []string{address(c.Host, s.Web().Port(0))}, web)
	c.ClientAdvertise, c.WebSocket.Advertise = "broker.example:9999", "web.example:443"
	clients, web = s.URLs(&c)
	assert.Equal(t, []string{"broker.example:9999"}, clients)
	assert.Equal(t, []string{"web.example:443"}, web)
	clients, web = newSet(t).URLs(&c)
	assert.Empty(t, append(clients, web...), "where there is no listener nobody comes in")
}

func TestNoAddress(t *testing.T) {
	c := config.Config{NoListen: true}
	s := newSet(t)
	require.NoError(t, s.Open(t.Context(), &c))
	assert.Empty(t, s.Listening())
	assert.Nil(t, s.Clients().Addr())
	assert.Equal(t, 4222, s.Clients().Port(4222))
	change, err := s.Prepare(t.Context(), &c)
	require.NoError(t, err)
	assert.False(t, s.Moves(&c))
	change.Apply()
}

// told is what INFO says at an endpoint.
func told(t *testing.T, e *transport.Endpoint) (info wire.Info) {
	line := string(e.State().Greeting.Append(nil, wire.Personal{}))
	require.NoError(t, json.Unmarshal([]byte(strings.TrimPrefix(strings.TrimSpace(line), "INFO ")), &info))
	return info
}

// freed is a port that was free a moment ago on all addresses. It is below those that systems give to whoever asks for any.
func freed(t *testing.T) int {
	for {
		port := 20_000 + rand.IntN(12_000)
		l, err := net.Listen("tcp", ":"+strconv.Itoa(port))
		if err != nil {
			continue
		}
		require.NoError(t, l.Close())
		return port
	}
}
