package actors_test

import (
	"bytes"
	"crypto/tls"
	"io"
	"net"
	"net/http"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/coder/websocket"
	"github.com/hashicorp/go-hclog"
	"github.com/nats-io/jwt/v2"
	"github.com/nats-io/nats.go"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/troupe-mq/troupe/actors"
	"github.com/troupe-mq/troupe/actors/access/operator/operatortest"
	"github.com/troupe-mq/troupe/actors/report"
)

func TestWebSocket(t *testing.T) {
	for name, compressed := range map[string]bool{"plain": false, "compressed": true} {
		t.Run(name, func(t *testing.T) {
			b, url := listenWeb(t, actors.Config{WebSocket: &actors.WebSocket{NoTLS: true, Compression: compressed}})
			talk(t, url, nats.Compression(compressed))
			talk(t, b.ClientURL())
		})
	}
	t.Run("secure", func(t *testing.T) {
		a := newAuthority(t)
		b, _ := listenWeb(t, actors.Config{WebSocket: &actors.WebSocket{TLS: a.server()}})
		talk(t, "wss://"+b.WebSocketAddr().String(), nats.Secure(a.client()))
		require.Zero(t, b.HandshakeSlots().Len())
	})
}

// Whoever waits for the port for clients finds the other one open then.
func TestWebSocketIsOpenedFirst(t *testing.T) {
	var log bytes.Buffer
	b := watched(t, actors.Config{Logger: hclog.New(&hclog.LoggerOptions{Output: &log}), WebSocket: &actors.WebSocket{Port: -1, NoTLS: true}})
	require.NoError(t, b.Stop(t.Context()))
	web, clients := strings.Index(log.String(), "for websocket clients"), strings.Index(log.String(), "for client connections")
	require.Positive(t, web)
	require.Greater(t, clients, web)
}

func TestFramesAreBytes(t *testing.T) {
	b, url := listenWeb(t, actors.Config{})
	w := dialWeb(t, url)
	w.send("CONN", "ECT {\"verbose\":false}\r\nSUB a 1\r\nPUB a 5\r\nhe", "", "llo\r", "\nPING\r\n")
	assert.Equal(t, "MSG a 1 5\r\nhello\r\nPONG\r\n", w.until("PONG\r\n"))
	require.NoError(t, w.ws.Write(t.Context(), websocket.MessageText, []byte("PING\r\n")))
	w.until("PONG\r\n")
	page, err := b.Connections(t.Context(), report.ConnectionQuery{})
	require.NoError(t, err)
	require.Len(t, page.Connections, 1)
	assert.Equal(t, "websocket", page.Connections[0].Type)
	assert.Equal(t, "127.0.0.1", page.Connections[0].Host)
}

// Those who do not get through in time are closed, and keep nobody waiting.
func TestStalledUpgrades(t *testing.T) {
	a := newAuthority(t)
	b, _ := listenWeb(t, actors.Config{WebSocket: &actors.WebSocket{TLS: a.server(), HandshakeTimeout: time.Second}})
	var stalled []net.Conn
	for i := range 12 {
		nc, err := net.Dial("tcp", b.WebSocketAddr().String())
		require.NoError(t, err)
		defer nc.Close()
		require.NoError(t, nc.SetDeadline(time.Now().Add(time.Minute)))
		switch i % 3 {
		case 1: // says hello
			require.Error(t, tls.Client(&once{Conn: nc}, a.client()).Handshake())
		case 2: // shakes hands
			require.NoError(t, tls.Client(nc, a.client()).Handshake())
		}
		stalled = append(stalled, nc)
	}
	talk(t, "wss://"+b.WebSocketAddr().String(), nats.Secure(a.client()))
	for _, nc := range stalled {
		if _, err := io.Copy(io.Discard, nc); err != nil {
			require.NotErrorIs(t, err, os.ErrDeadlineExceeded)
		}
	}
	require.Eventually(t, func() bool { return b.HandshakeSlots().Len() == 0 }, time.Minute, 5*time.Millisecond)
}

func TestWebSocketMistakes(t *testing.T) {
	for want, bad := range map[string]actors.WebSocket{
		"a port is needed":        {NoTLS: true},
		"is not in -1..65535":     {Port: 70000, NoTLS: true},
		"tls is needed":           {Port: -1},
		"cannot both be set":      {Port: -1, NoTLS: true, TLS: &actors.TLS{}},
		"is negative":             {Port: -1, NoTLS: true, HandshakeTimeout: -1},
		"is not like https":       {Port: -1, NoTLS: true, AllowedOrigins: []string{"example.com"}},
		"there is no certificate": {Port: -1, TLS: &actors.TLS{}},
	} {
		_, err := actors.Start(t.Context(), actors.Config{Port: -1, WebSocket: &bad})
		assert.ErrorContains(t, err, want)
	}
}

// TestTokenInACookie: a page shows its token in a cookie, unless CONNECT has one.
func TestTokenInACookie(t *testing.T) {
	o, a := operatortest.NewOperator(t), operatortest.NewAccount(t, "A")
	b, url := listenWeb(t, actors.Config{
		WebSocket: &actors.WebSocket{NoTLS: true, JWTCookie: "token"}, Operators: []string{o.Token(t)}, AccountTokens: o.Accounts(t, a),
	})
	bearer := a.User(t, func(u *jwt.UserClaims) { u.BearerToken = true }).Token
	for _, tt := range []struct{ name, value, connect, want string }{
		{"token", bearer, "{}", "PONG\r\n"},
		{"other", bearer, "{}", "-ERR 'Authorization Violation'\r\n"},
		{"token", "eyJ", "{}", "-ERR 'Authorization Violation'\r\n"},
		{"token", "eyJ", `{"verbose":false,"jwt":"` + bearer + `"}`, "PONG\r\n"},
	} {
		ws, _, err := websocket.Dial(t.Context(), url, &websocket.DialOptions{HTTPHeader: http.Header{"Cookie": {tt.name + "=" + tt.value}}})
		require.NoError(t, err)
		t.Cleanup(func() { _ = ws.CloseNow() })
		w := &web{t: t, ws: ws}
		w.until("} \r\n")
		w.send("CONNECT " + tt.connect + "\r\nPING\r\n")
		w.until(tt.want)
	}
	page, err := b.Connections(t.Context(), report.ConnectionQuery{})
	require.NoError(t, err)
	in := slices.DeleteFunc(page.Connections, func(r *report.Connection) bool { return r.User == "" }) // others may still be on their way out
	require.Len(t, in, 2)
	_, err = actors.Start(t.Context(), actors.Config{Port: -1, WebSocket: &actors.WebSocket{Port: -1, NoTLS: true, JWTCookie: "token"}})
	require.ErrorContains(t, err, "a jwt_cookie needs an operator")
}
