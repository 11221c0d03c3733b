package actors_test

import (
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/troupe-mq/troupe/actors"
	"github.com/troupe-mq/troupe/actors/actorstest"
	"github.com/troupe-mq/troupe/actors/config"
)

// TestLeafNodeByWebSocket: a hub is reached by its port for WebSocket, plainly or by TLS, and at any path.
func TestLeafNodeByWebSocket(t *testing.T) {
	a := newAuthority(t)
	a.sign("hub", false)
	for _, scheme := range []string{"ws", "wss"} {
		c := open()
		c.NoListen = true
		c.WebSocket = &actors.WebSocket{Host: "127.0.0.1", Port: -1, NoTLS: scheme == "ws"}
		if scheme == "wss" {
			c.WebSocket.TLS = &actors.TLS{CertFile: a.file("hub.pem"), KeyFile: a.file("hub-key.pem")}
		}
		hub := actorstest.Start(t, c)
		_, port, err := net.SplitHostPort(hub.WebSocketAddr().String())
		require.NoError(t, err)
		r := actors.Remote{URLs: []string{scheme + "://localhost:" + port + "/behind/"}, TLS: nil}
		if scheme == "wss" {
			r.TLS = &config.RemoteTLS{TLS: config.TLS{CAFile: a.file("authority.pem")}}
		}
		leaf := actorstest.Start(t, actors.Config{LeafNodes: &actors.LeafNodes{Remotes: []actors.Remote{r}}})
		require.True(t, leaf.Links(t.Context(), false)[0].Up, leaf.Links(t.Context(), false)[0].Why)
		speak(t, hub, leaf)
		down, up := squeezed(t, hub, leaf)
		assert.Empty(t, down+up, "frames may be compressed, and are not besides")
	}
}

// TestLeafNodeByNoWebSocket: what is no port for WebSocket, or not for leaf nodes, is not taken for one.
func TestLeafNodeByNoWebSocket(t *testing.T) {
	plain := actorstest.Start(t, open())
	none := actorstest.Start(t, actors.Config{WebSocket: &actors.WebSocket{Host: "127.0.0.1", Port: -1, NoTLS: true}})
	for _, at := range []net.Addr{plain.LeafNodeAddr(), none.WebSocketAddr()} {
		leaf := actorstest.Start(t, actors.Config{LeafNodes: &actors.LeafNodes{Remotes: []actors.Remote{{URLs: []string{"ws://" + at.String()}}}}})
		require.Eventually(t, func() bool { return leaf.Links(t.Context(), false)[0].Why != "" }, patience, time.Millisecond)
		assert.Contains(t, leaf.Links(t.Context(), false)[0].Why, "this is no port for WebSocket, or not for leaf nodes")
	}
}

// TestLeafNodeThroughAProxy: a hub is reached through a proxy, which is told who asks; what the proxy says instead is known.
func TestLeafNodeThroughAProxy(t *testing.T) {
	c := open()
	c.WebSocket = &actors.WebSocket{Host: "127.0.0.1", Port: -1, NoTLS: true}
	hub := actorstest.Start(t, c)
	proxy := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		to, err := net.Dial("tcp", r.Host)
		if r.Method != http.MethodConnect || r.Header.Get("Proxy-Authorization") != "Basic dTpw" || err != nil {
			w.WriteHeader(http.StatusProxyAuthRequired)
			return
		}
		from, _, err := http.NewResponseController(w).Hijack()
		if !assert.NoError(t, err) {
			return
		}
		_, _ = from.Write([]byte("HTTP/1.1 200 Connection established\r\n\r\n")) // the other end sees if that fails
		go func() { _, _ = io.Copy(to, from); to.Close() }()
		_, _ = io.Copy(from, to)
		from.Close()
	}))
	t.Cleanup(proxy.Close)
	through := func(user string) *actorstest.Broker {
		r := actors.Remote{
			URLs:  []string{"ws://" + hub.WebSocketAddr().String()},
			Proxy: &config.RemoteProxy{URL: proxy.URL, Username: user, Password: "p"},
		}
		return actorstest.Start(t, actors.Config{LeafNodes: &actors.LeafNodes{Remotes: []actors.Remote{r}}})
	}
	leaf := through("u")
	require.True(t, leaf.Links(t.Context(), false)[0].Up, leaf.Links(t.Context(), false)[0].Why)
	speak(t, hub, leaf)
	assert.Empty(t, leaf.Config().LeafNodes.Remotes[0].Proxy.Password)
	refused := through("who")
	require.Eventually(t, func() bool { return refused.Links(t.Context(), false)[0].Why != "" }, patience, time.Millisecond)
	assert.Contains(t, refused.Links(t.Context(), false)[0].Why, "proxy: 407 Proxy Authentication Required")
}
