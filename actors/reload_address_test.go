package actors_test

import (
	"fmt"
	"net"
	"net/http"
	"os"
	"testing"

	"github.com/nats-io/nats.go"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/troupe-mq/troupe/actors"
	"github.com/troupe-mq/troupe/actors/actorstest"
)

// dialed is a client of a broker with an address, and one that it talks to at another.
func dialed(t *testing.T, url string) *nats.Conn {
	t.Helper()
	nc, err := nats.Connect(url, nats.NoReconnect())
	require.NoError(t, err)
	t.Cleanup(nc.Close)
	return nc
}

// free is a port that was free a moment ago.
func free(t *testing.T) int {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	defer l.Close()
	return l.Addr().(*net.TCPAddr).Port
}

// TestReloadOfAddresses: who is there stays, and hears those who come at the other address. Nobody comes at the old one.
func TestReloadOfAddresses(t *testing.T) {
	config := actors.Config{Host: "127.0.0.1", Port: -1}
	b := watched(t, config)
	before := b.Addr().String()
	old := dialed(t, b.ClientURL())
	sub, err := old.SubscribeSync("a")
	require.NoError(t, err)
	require.NoError(t, old.Flush())

	config.Port = free(t)
	changes, err := b.Reload(t.Context(), config)
	require.NoError(t, err)
	assert.Equal(t, fmt.Sprintf("port = %d", config.Port), changes[0].String())
	assert.Equal(t, config.Port, b.Addr().(*net.TCPAddr).Port)
	assert.Equal(t, config.Port, b.Config().Port)
	require.NoError(t, b.Healthy(t.Context()))
	now := dialed(t, b.ClientURL())
	assert.Equal(t, "127.0.0.1:"+fmt.Sprint(config.Port), now.ConnectedAddr())
	require.NoError(t, now.Publish("a", []byte("x")))
	_, err = sub.NextMsg(patience)
	require.NoError(t, err)
	_, err = net.Dial("tcp", before)
	require.Error(t, err)

	config.Host = "0.0.0.0" // the port is taken, by this broker
	_, err = b.Reload(t.Context(), config)
	require.NoError(t, err)
	dialed(t, b.ClientURL())
	require.NoError(t, now.Flush())

	taken, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	defer taken.Close()
	config.Port = taken.Addr().(*net.TCPAddr).Port
	_, err = b.Reload(t.Context(), config)
	require.ErrorContains(t, err, taken.Addr().(*net.TCPAddr).String()[len("127.0.0.1"):])
	dialed(t, b.ClientURL())

	config.NoListen = true
	_, err = b.Reload(t.Context(), config)
	require.NoError(t, err)
	assert.Nil(t, b.Addr())
	require.NoError(t, b.Healthy(t.Context()))
	require.NoError(t, now.Flush())
	require.NoError(t, old.Flush())
}

// TestReloadThatTakesAnAddressInVain: an address that was given up for another one of the same port is served again.
func TestReloadThatTakesAnAddressInVain(t *testing.T) {
	config := actors.Config{Host: "127.0.0.1", Port: -1}
	b := watched(t, config)
	taken, err := net.Listen("tcp", "127.0.0.2:0")
	if err != nil {
		t.Skip("there is one loopback address only")
	}
	defer taken.Close()
	config.Port = taken.Addr().(*net.TCPAddr).Port
	_, err = b.Reload(t.Context(), config)
	require.NoError(t, err)
	was := b.ClientURL()
	config.Host = "0.0.0.0"
	_, err = b.Reload(t.Context(), config)
	require.Error(t, err)
	assert.Equal(t, was, b.ClientURL())
	require.Eventually(t, func() bool {
		nc, err := nats.Connect(was)
		if err == nil {
			nc.Close()
		}
		return err == nil
	}, patience, patience/1000)
}

// TestReloadOfWebSocket: its listener comes, changes what it lets in, and goes, and its clients stay.
func TestReloadOfWebSocket(t *testing.T) {
	config := actors.Config{NoListen: true}
	b := watched(t, config)
	config.WebSocket = &actors.WebSocket{Host: "127.0.0.1", Port: -1, NoTLS: true}
	_, err := b.Reload(t.Context(), config)
	require.NoError(t, err)
	url := "ws://" + b.WebSocketAddr().String()
	w := dialed(t, url)
	from := func(origin string) int {
		request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, "http://"+b.WebSocketAddr().String()+"/", http.NoBody)
		require.NoError(t, err)
		for name, value := range map[string]string{
			"Origin": origin, "Connection": "Upgrade", "Upgrade": "websocket", "Sec-WebSocket-Key": "AAAAAAAAAAAAAAAAAAAAAA==", "Sec-WebSocket-Version": "13",
		} {
			request.Header.Set(name, value)
		}
		answer, err := http.DefaultClient.Do(request)
		require.NoError(t, err)
		answer.Body.Close()
		return answer.StatusCode
	}
	assert.Equal(t, http.StatusSwitchingProtocols, from("https://b.example"))
	config.WebSocket = &actors.WebSocket{Host: "127.0.0.1", Port: -1, NoTLS: true, AllowedOrigins: []string{"https://a.example"}}
	_, err = b.Reload(t.Context(), config)
	require.NoError(t, err)
	assert.Equal(t, url, "ws://"+b.WebSocketAddr().String())
	assert.Equal(t, http.StatusForbidden, from("https://b.example"))
	assert.Equal(t, http.StatusSwitchingProtocols, from("https://a.example"))

	config.WebSocket = nil
	_, err = b.Reload(t.Context(), config)
	require.NoError(t, err)
	assert.Nil(t, b.WebSocketAddr())
	require.NoError(t, w.Flush())
}

func TestReloadOfAUnixSocket(t *testing.T) {
	path := t.TempDir() + "/s"
	b := actorstest.Start(t, actors.Config{})
	reload(t, b, actors.Config{UnixSocket: path})
	nc, err := net.Dial("unix", path)
	require.NoError(t, err)
	defer nc.Close()
	reload(t, b, actors.Config{UnixSocket: path + "2"})
	_, err = os.Stat(path)
	require.ErrorIs(t, err, os.ErrNotExist)
	other, err := net.Dial("unix", path+"2")
	require.NoError(t, err)
	other.Close()
}

// TestReloadOfTheName: clients that come are told the new name, unless other servers know the old one.
func TestReloadOfTheName(t *testing.T) {
	b := actorstest.Start(t, actors.Config{ServerName: "a"})
	reload(t, b, actors.Config{ServerName: "b", ClusterName: "c", NoHeaders: true})
	assert.Equal(t, "b", b.Config().ServerName)
	c := b.Client(t)
	c.Send("PING")
	c.Expect("PONG")
	nc, err := nats.Connect("", nats.InProcessServer(b))
	require.NoError(t, err)
	defer nc.Close()
	assert.Equal(t, "b", nc.ConnectedServerName())
	assert.Equal(t, "c", nc.ConnectedClusterName())
	assert.False(t, nc.HeadersSupported())
	_, err = b.Reload(t.Context(), actors.Config{ServerName: "d", NoListen: true, LeafNodes: &actors.LeafNodes{}})
	require.ErrorContains(t, err, "config reload not supported for server_name: old=b, new=d: it takes a restart, since other servers have been told")
}

// TestReloadInLameDuckMode: no address is opened any more.
func TestReloadInLameDuckMode(t *testing.T) {
	config := actors.Config{Host: "127.0.0.1", Port: -1}
	b := watched(t, config)
	dialed(t, b.ClientURL())
	go func() { _ = b.LameDuck(t.Context()) }()
	require.Eventually(t, func() bool { return b.Healthy(t.Context()) != nil }, patience, patience/1000)
	config.Port = free(t)
	_, err := b.Reload(t.Context(), config)
	require.ErrorIs(t, err, actors.ErrLameDuck)
	_, err = net.Dial("tcp", fmt.Sprintf("127.0.0.1:%d", config.Port))
	require.Error(t, err)
	config.Port = -1
	config.MaxPayload = 100
	_, err = b.Reload(t.Context(), config)
	require.NoError(t, err)
}
