package actors_test

import (
	"context"
	"strings"
	"testing"
	"time"

	"github.com/coder/websocket"
	"github.com/stretchr/testify/require"

	"github.com/troupe-mq/troupe/actors"
)

// listenWeb runs a broker that WebSocket clients find at the URL.
func listenWeb(t *testing.T, c actors.Config) (b *actors.Broker, url string) {
	t.Helper()
	if c.WebSocket == nil {
		c.WebSocket = &actors.WebSocket{NoTLS: true}
	}
	c.WebSocket.Port = -1
	b = watched(t, c)
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
