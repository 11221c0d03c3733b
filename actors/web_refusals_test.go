package actors_test

import (
	"bufio"
	"bytes"
	"io"
	"net"
	"net/http"
	"os"
	"testing"
	"time"

	"github.com/coder/websocket"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/troupe-mq/troupe/actors"
)

// upgrade sends a request for the protocol, and returns the connection and the
// answer.
func upgrade(t *testing.T, b *actors.Broker, change func(*http.Request)) (net.Conn, *http.Response) {
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
	b, _ := listenWeb(t, actors.Config{MaxAttemptsPerAddress: 1000})
	same, _ := listenWeb(t, actors.Config{WebSocket: &actors.WebSocket{NoTLS: true, SameOrigin: true}})
	listed, _ := listenWeb(t, actors.Config{WebSocket: &actors.WebSocket{NoTLS: true, AllowedOrigins: []string{"https://Example.com", "http://example.com:81"}}})
	set := func(name, value string) func(*http.Request) {
		return func(r *http.Request) { r.Header.Set(name, value) }
	}
	origin := func(text string) func(*http.Request) { return set("Origin", text) }
	for name, tc := range map[string]struct {
		b      *actors.Broker
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
		"the same, by TLS":    {same, origin("https://" + same.WebSocketAddr().String()), 403},
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
	full, _ := listenWeb(t, actors.Config{MaxConnectionsPerAddress: 1})
	upgrade(t, full, func(*http.Request) {})
	_, answer := upgrade(t, full, func(*http.Request) {})
	assert.Equal(t, http.StatusServiceUnavailable, answer.StatusCode)
}

// What breaks the rules of frames is closed, and nobody else notices.
func TestHostileFrames(t *testing.T) {
	b, url := listenWeb(t, actors.Config{MaxPayload: 1000})
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
	t.Run("too large a payload", func(t *testing.T) { // a frame may have any length, what is in it may not
		w := dialWeb(t, url)
		w.send("CONNECT {\"verbose\":false}\r\n")
		line := []byte("PUB a 4\r\nabcd\r\n")
		_ = w.ws.Write(t.Context(), websocket.MessageBinary, append(bytes.Repeat(line, 16<<20/len(line)), "PUB a 1001\r\n"...)) // it may be cut off in the middle
		assert.Equal(t, websocket.StatusMessageTooBig, w.code())
		assert.Contains(t, w.in, "-ERR 'Maximum Payload Violation'")
	})
	require.Eventually(t, func() bool { return b.Stats().Connections == 1 }, time.Minute, 5*time.Millisecond)
}
