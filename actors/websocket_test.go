package actors

import (
	"bufio"
	"bytes"
	"context"
	"crypto/tls"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/coder/websocket"
	"github.com/hashicorp/go-hclog"
	"github.com/nats-io/jwt/v2"
	"github.com/nats-io/nats.go"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/troupe-mq/troupe/actors/access/operator/operatortest"
	"github.com/troupe-mq/troupe/supervisor"
)

// listenWeb runs a broker that WebSocket clients find at the URL.
func listenWeb(t *testing.T, c Config) (b *Broker, url string) {
	t.Helper()
	if c.WebSocket == nil {
		c.WebSocket = &WebSocket{NoTLS: true}
	}
	c.WebSocket.Port = -1
	b = listen(t, c)
	return b, "ws://" + b.WebSocketAddr().String()
}

// web is a WebSocket client that shows everything.
type web struct {
	t  *testing.T
	ws *websocket.Conn
	in string // what was received and not yet expected
}

func dialWeb(t *testing.T, url string) *web {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	ws, _, err := websocket.Dial(ctx, url, nil)
	require.NoError(t, err)
	ws.SetReadLimit(-1)
	t.Cleanup(func() { _ = ws.CloseNow() })
	w := &web{t: t, ws: ws}
	w.until("} \r\n")
	return w
}

func (w *web) send(frames ...string) {
	w.t.Helper()
	for _, f := range frames {
		require.NoError(w.t, w.ws.Write(w.t.Context(), websocket.MessageBinary, []byte(f)))
	}
}

// until reads to the end of a text, and returns what it has read.
func (w *web) until(end string) string {
	w.t.Helper()
	ctx, cancel := context.WithTimeout(w.t.Context(), time.Minute)
	defer cancel()
	for {
		if i := strings.Index(w.in, end); i >= 0 {
			said := w.in[:i+len(end)]
			w.in = w.in[i+len(end):]
			return said
		}
		kind, p, err := w.ws.Read(ctx)
		require.NoError(w.t, err)
		require.Equal(w.t, websocket.MessageBinary, kind)
		w.in += string(p)
	}
}

// code reads to the end, and returns the code that it comes with.
func (w *web) code() websocket.StatusCode {
	w.t.Helper()
	ctx, cancel := context.WithTimeout(w.t.Context(), time.Minute)
	defer cancel()
	for {
		if _, p, err := w.ws.Read(ctx); err != nil {
			require.NoError(w.t, ctx.Err())
			return websocket.CloseStatus(err)
		} else {
			w.in += string(p)
		}
	}
}

func TestWebSocket(t *testing.T) {
	for name, compressed := range map[string]bool{"plain": false, "compressed": true} {
		t.Run(name, func(t *testing.T) {
			b, url := listenWeb(t, Config{WebSocket: &WebSocket{NoTLS: true, Compression: compressed}})
			talk(t, url, nats.Compression(compressed))
			talk(t, b.ClientURL())
		})
	}
	t.Run("secure", func(t *testing.T) {
		a := newAuthority(t)
		b, _ := listenWeb(t, Config{WebSocket: &WebSocket{TLS: a.server()}})
		talk(t, "wss://"+b.WebSocketAddr().String(), nats.Secure(a.client()))
		require.Empty(t, b.hub.desk)
	})
}

// Whoever waits for the port for clients finds the other one open then.
func TestWebSocketIsOpenedFirst(t *testing.T) {
	var log bytes.Buffer
	b := listen(t, Config{Logger: hclog.New(&hclog.LoggerOptions{Output: &log}), WebSocket: &WebSocket{Port: -1, NoTLS: true}})
	require.NoError(t, b.Stop(t.Context()))
	web, clients := strings.Index(log.String(), "for websocket clients"), strings.Index(log.String(), "for client connections")
	require.Positive(t, web)
	require.Greater(t, clients, web)
}

func TestFramesAreBytes(t *testing.T) {
	b, url := listenWeb(t, Config{})
	w := dialWeb(t, url)
	w.send("CONN", "ECT {\"verbose\":false}\r\nSUB a 1\r\nPUB a 5\r\nhe", "", "llo\r", "\nPING\r\n")
	assert.Equal(t, "MSG a 1 5\r\nhello\r\nPONG\r\n", w.until("PONG\r\n"))
	require.NoError(t, w.ws.Write(t.Context(), websocket.MessageText, []byte("PING\r\n")))
	w.until("PONG\r\n")
	page, err := b.Connections(t.Context(), ConnectionQuery{})
	require.NoError(t, err)
	require.Len(t, page.Connections, 1)
	assert.Equal(t, "websocket", page.Connections[0].Type)
	assert.Equal(t, "127.0.0.1", page.Connections[0].Host)
}

func TestCloseCodes(t *testing.T) {
	big := strings.Repeat("x", 64<<10)
	for name, tc := range map[string]struct {
		config Config
		say    []string
		lines  string
		code   websocket.StatusCode
	}{
		"credentials": {Config{Token: "t"}, []string{"CONNECT {}\r\n"}, "-ERR 'Authorization Violation'\r\n", 1008},
		"too late":    {Config{Token: "t", AuthTimeout: 50 * time.Millisecond}, nil, "-ERR 'Authentication Timeout'\r\n", 1008},
		"nonsense":    {Config{}, []string{"nonsense\r\n"}, "-ERR 'Unknown Protocol Operation'\r\n", 1002},
		"payload":     {Config{MaxPayload: 10}, []string{"CONNECT {\"verbose\":false}\r\nPUB a 11\r\n"}, "-ERR 'Maximum Payload Violation'\r\n", 1009},
		"line":        {Config{}, []string{"SUB " + big + " 1\r\n"}, "-ERR 'maximum control line exceeded'\r\n", 1008},
		"stale":       {Config{PingInterval: 30 * time.Millisecond}, []string{"CONNECT {\"verbose\":false}\r\n"}, "-ERR 'Stale Connection'\r\n", 1001},
	} {
		t.Run(name, func(t *testing.T) {
			_, url := listenWeb(t, tc.config)
			w := dialWeb(t, url)
			w.send(tc.say...)
			assert.Equal(t, tc.code, w.code())
			assert.Contains(t, w.in, tc.lines)
		})
	}
	t.Run("stop", func(t *testing.T) {
		b, url := listenWeb(t, Config{})
		w := dialWeb(t, url)
		ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
		defer cancel()
		stopped := make(chan error, 1)
		go func() { stopped <- b.Stop(ctx) }()
		assert.Equal(t, websocket.StatusGoingAway, w.code())
		require.NoError(t, <-stopped)
	})
	t.Run("crash", func(t *testing.T) {
		b, url := listenWeb(t, Config{})
		w, other := dialWeb(t, url), dialWeb(t, url)
		r, err := b.Inject(t.Context(), Fault{Target: fmt.Sprintf("connections/conn-%d", b.hub.counters.cid.Load()-1), Kind: FaultPanic})
		require.NoError(t, err)
		require.Equal(t, supervisor.Stop, r.Directive)
		assert.Equal(t, websocket.StatusInternalError, w.code())
		other.send("PING\r\n")
		other.until("PONG\r\n")
	})
	t.Run("the client", func(t *testing.T) {
		b, url := listenWeb(t, Config{})
		require.NoError(t, dialWeb(t, url).ws.Close(websocket.StatusNormalClosure, ""))
		require.Eventually(t, func() bool {
			page, err := b.Connections(t.Context(), ConnectionQuery{State: ClosedConnections})
			return err == nil && len(page.Connections) == 1 && page.Connections[0].Reason == ClientClosed
		}, time.Minute, 5*time.Millisecond)
	})
}

// upgrade sends a request for the protocol, and returns the connection and the
// answer.
func upgrade(t *testing.T, b *Broker, change func(*http.Request)) (net.Conn, *http.Response) {
	t.Helper()
	nc, err := net.Dial("tcp", b.WebSocketAddr().String())
	require.NoError(t, err)
	t.Cleanup(func() { nc.Close() })
	require.NoError(t, nc.SetDeadline(time.Now().Add(time.Minute)))
	r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, "http://"+b.WebSocketAddr().String()+"/any/path", nil)
	require.NoError(t, err)
	for name, value := range map[string]string{
		"Connection": "keep-alive, Upgrade", "Upgrade": "websocket",
		"Sec-Websocket-Key": "AAAAAAAAAAAAAAAAAAAAAA==", "Sec-Websocket-Version": "13",
	} {
		r.Header.Set(name, value)
	}
	change(r)
	require.NoError(t, r.Write(nc))
	answer, err := http.ReadResponse(bufio.NewReaderSize(nc, 16), r)
	require.NoError(t, err)
	t.Cleanup(func() { _ = answer.Body.Close() })
	return nc, answer
}

func TestWebSocketRefusals(t *testing.T) {
	b, _ := listenWeb(t, Config{MaxAttemptsPerAddress: 1000})
	same, _ := listenWeb(t, Config{WebSocket: &WebSocket{NoTLS: true, SameOrigin: true}})
	listed, _ := listenWeb(t, Config{WebSocket: &WebSocket{NoTLS: true, AllowedOrigins: []string{"https://Example.com", "http://example.com:81"}}})
	set := func(name, value string) func(*http.Request) {
		return func(r *http.Request) { r.Header.Set(name, value) }
	}
	origin := func(text string) func(*http.Request) { return set("Origin", text) }
	for name, tc := range map[string]struct {
		b      *Broker
		change func(*http.Request)
		code   int
	}{
		"all in order":        {b, func(*http.Request) {}, 101},
		"any origin":          {b, origin("http://example.com"), 101},
		"POST":                {b, func(r *http.Request) { r.Method = http.MethodPost }, 405},
		"no upgrade":          {b, set("Upgrade", "h2c"), 400},
		"no connection":       {b, set("Connection", "close"), 400},
		"old version":         {b, set("Sec-Websocket-Version", "8"), 400},
		"no key":              {b, set("Sec-Websocket-Key", ""), 400},
		"bad key":             {b, set("Sec-Websocket-Key", "short"), 400},
		"the same":            {same, origin("http://" + same.WebSocketAddr().String()), 101},
		"a program":           {same, func(*http.Request) {}, 101},
		"another":             {same, origin("http://example.com"), 403},
		"no origin at all":    {same, origin("null"), 403},
		"in the list":         {listed, origin("https://example.com:443"), 101},
		"in the list, a port": {listed, origin("http://example.com:81"), 101},
		"of another scheme":   {listed, origin("http://example.com"), 403},
	} {
		t.Run(name, func(t *testing.T) {
			_, answer := upgrade(t, tc.b, tc.change)
			assert.Equal(t, tc.code, answer.StatusCode)
		})
	}
	full, _ := listenWeb(t, Config{MaxConnectionsPerAddress: 1})
	upgrade(t, full, func(*http.Request) {})
	_, answer := upgrade(t, full, func(*http.Request) {})
	assert.Equal(t, http.StatusServiceUnavailable, answer.StatusCode)
}

// What breaks the rules of frames is closed, and nobody else notices.
func TestHostileFrames(t *testing.T) {
	b, url := listenWeb(t, Config{MaxPayload: 1000})
	good := dialWeb(t, url)
	for name, frame := range map[string]string{
		"not masked":       "\x82\x05hello",
		"reserved bits":    "\xf2\x80\x00\x00\x00\x00",
		"no such code":     "\x83\x80\x00\x00\x00\x00",
		"endless":          "\x82\xff\xff\xff\xff\xff\xff\xff\xff\xff\x00\x00\x00\x00",
		"continues itself": "\x80\x80\x00\x00\x00\x00",
		"huge ping":        "\x89\xfe\x01\x00\x00\x00\x00\x00",
	} {
		t.Run(name, func(t *testing.T) {
			nc, answer := upgrade(t, b, func(*http.Request) {})
			require.Equal(t, http.StatusSwitchingProtocols, answer.StatusCode)
			_, err := io.WriteString(nc, frame)
			require.NoError(t, err)
			if _, err = io.Copy(io.Discard, nc); err != nil {
				require.NotErrorIs(t, err, os.ErrDeadlineExceeded)
			}
			good.send("PING\r\n")
			good.until("PONG\r\n")
		})
	}
	t.Run("too large a message", func(t *testing.T) {
		w := dialWeb(t, url)
		w.send("CONNECT {\"verbose\":false}\r\n")
		line := []byte("PUB a 4\r\nabcd\r\n")
		_ = w.ws.Write(t.Context(), websocket.MessageBinary, bytes.Repeat(line, 2*reconnectBuffer/len(line))) // it is cut off
		assert.Equal(t, websocket.StatusMessageTooBig, w.code())
	})
	require.Eventually(t, func() bool { return b.Stats().Connections == 1 }, time.Minute, 5*time.Millisecond)
}

// Those who do not get through in time are closed, and keep nobody waiting.
func TestStalledUpgrades(t *testing.T) {
	a := newAuthority(t)
	b, _ := listenWeb(t, Config{WebSocket: &WebSocket{TLS: a.server(), HandshakeTimeout: time.Second}})
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
	require.Eventually(t, func() bool { return len(b.hub.desk) == 0 }, time.Minute, 5*time.Millisecond)
}

// The listener is opened again, and those whom it has let in do not notice.
func TestWebSocketListenerIsOpenedAgain(t *testing.T) {
	b, url := listenWeb(t, Config{})
	before := dialWeb(t, url)
	b.hub.system.Root.Send(b.web.pid(b.hub), &broken{net.ErrClosed})
	require.Eventually(t, func() bool {
		nc, err := nats.Connect(url)
		if err == nil {
			nc.Close()
		}
		return err == nil
	}, time.Minute, 5*time.Millisecond)
	before.send("PING\r\n")
	before.until("PONG\r\n")
}

func TestWebSocketMistakes(t *testing.T) {
	for want, bad := range map[string]WebSocket{
		"a port is needed":        {NoTLS: true},
		"is not in -1..65535":     {Port: 70000, NoTLS: true},
		"tls is needed":           {Port: -1},
		"cannot both be set":      {Port: -1, NoTLS: true, TLS: &TLS{}},
		"is negative":             {Port: -1, NoTLS: true, HandshakeTimeout: -1},
		"is not like https":       {Port: -1, NoTLS: true, AllowedOrigins: []string{"example.com"}},
		"there is no certificate": {Port: -1, TLS: &TLS{}},
	} {
		_, err := Start(t.Context(), Config{Port: -1, WebSocket: &bad})
		assert.ErrorContains(t, err, want)
	}
}

// TestTokenInACookie: a page shows its token in a cookie, unless CONNECT has one.
func TestTokenInACookie(t *testing.T) {
	o, a := operatortest.NewOperator(t), operatortest.NewAccount(t, "A")
	b, url := listenWeb(t, Config{
		WebSocket: &WebSocket{NoTLS: true, JWTCookie: "token"}, Operators: []string{o.Token(t)}, AccountTokens: o.Accounts(t, a),
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
	page, err := b.Connections(t.Context(), ConnectionQuery{})
	require.NoError(t, err)
	require.Len(t, page.Connections, 2)
	_, err = Start(t.Context(), Config{Port: -1, WebSocket: &WebSocket{Port: -1, NoTLS: true, JWTCookie: "token"}})
	require.ErrorContains(t, err, "a jwt_cookie needs an operator")
}
