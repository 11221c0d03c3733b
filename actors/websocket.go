package actors

import (
	"cmp"
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"log"
	"net"
	"net/http"
	"strconv"
	"sync"
	"sync/atomic"
	"time"

	"github.com/coder/websocket"
	"github.com/hashicorp/go-hclog"

	"github.com/troupe-mq/troupe/supervisor"
)

const webListener = "websocket"

// WebSocket is how clients come that are not programs of their own, but pages in
// a browser. They speak the protocol of the others, in binary frames.
type WebSocket struct {
	// Host and Port are the address. Host is that for other clients if it is empty.
	// There is no usual port; -1 is any free one, to be read from
	// Broker.WebSocketAddr.
	Host string
	Port int
	// Advertise is the host:port by which others reach the listener. Servers of a
	// cluster tell it to each other; a broker by itself shows it to its monitoring.
	Advertise string
	// TLS encrypts; NoTLS says that nothing is to, which must be said.
	TLS   *TLS
	NoTLS bool
	// SameOrigin lets only pages in that come from this very address, and
	// AllowedOrigins only those from one of them, such as https://example.com.
	// Programs, which have no origin, are let in always.
	SameOrigin     bool
	AllowedOrigins []string
	// JWTCookie names the cookie that a page shows its token in, where operators sign
	// accounts: it is what holds if CONNECT has none.
	JWTCookie string
	// Compression lets clients ask for compressed frames.
	Compression bool
	// HandshakeTimeout is how long a client may take until it is connected, that
	// of TLS included. Default 2s.
	HandshakeTimeout time.Duration
}

// DefaultWebSocketTimeout is how long a client may take until it is connected.
const DefaultWebSocketTimeout = 2 * time.Second

// The bounds of what a client may do before it is one.
const (
	maxUpgrades      = 1024    // HTTP connections at a time
	maxUpgradeHeader = 8 << 10 // bytes
)

// reconnectBuffer is what a client may have saved up while it was not connected,
// and send as one frame.
const reconnectBuffer = 8 << 20

// Validate reports what is wrong.
func (w *WebSocket) Validate() error {
	var errs []error
	check := func(bad bool, format string, args ...any) {
		if bad {
			errs = append(errs, fmt.Errorf("websocket: "+format, args...))
		}
	}
	check(w.Port == 0, "a port is needed")
	check(w.Port < -1 || w.Port > 65535, "port %d is not in -1..65535", w.Port)
	if w.Advertise != "" {
		_, _, err := splitAdvertise(w.Advertise)
		check(err != nil, "advertise %q is not host:port", w.Advertise)
	}
	check(w.HandshakeTimeout < 0, "handshake_timeout %s is negative", w.HandshakeTimeout)
	check(w.TLS == nil && !w.NoTLS, "tls is needed, or no_tls if it is not wanted")
	check(w.TLS != nil && w.NoTLS, "tls and no_tls cannot both be set")
	for _, o := range w.AllowedOrigins {
		_, err := parseOrigin(o)
		check(err != nil, "allowed_origins: %q is not like https://example.com", o)
	}
	if w.TLS != nil {
		errs = append(errs, w.TLS.Validate())
	}
	return errors.Join(errs...)
}

func (w *WebSocket) timeout() time.Duration {
	return cmp.Or(w.HandshakeTimeout, DefaultWebSocketTimeout)
}

// openWeb opens the address for WebSocket clients.
func (h *hub) openWeb(ctx context.Context, w *WebSocket) (*listening, error) {
	g, err := h.newGuard(w.TLS, false)
	if err != nil {
		return nil, fmt.Errorf("troupe: websocket: %w", err)
	}
	host := cmp.Or(w.Host, h.config().Host)
	at, err := openTCP(ctx, webListener, net.JoinHostPort(host, strconv.Itoa(max(w.Port, 0))))
	if err != nil {
		return nil, err
	}
	scheme := "ws://"
	if g != nil {
		scheme = "wss://"
	}
	h.logger.Info("Listening for websocket clients on " + scheme + at.addr.String())
	at.door = &door{kind: kindWebSocket, host: host, port: at.addr.(*net.TCPAddr).Port}
	h.announce(at.door, g)
	lobby := &lobby{hub: h, config: w, guard: g, door: at.door, timeout: w.timeout()}
	lobby.origins = newOrigins(w)
	at.serve = func(_ *listener, open net.Listener) error { return lobby.serve(open) }
	return at, nil
}

// lobby is where HTTP clients become WebSocket clients.
type lobby struct {
	*hub
	config  *WebSocket
	guard   *guard
	door    *door
	origins origins
	timeout time.Duration
	waiting atomic.Int64
}

// serve lets clients in until the listener is closed.
func (l *lobby) serve(open net.Listener) error {
	server := &http.Server{
		Handler:           http.HandlerFunc(l.receive),
		ReadHeaderTimeout: l.timeout,
		MaxHeaderBytes:    maxUpgradeHeader,
		ErrorLog:          l.httpLog(),
		ConnContext: func(ctx context.Context, nc net.Conn) context.Context {
			return context.WithValue(ctx, carrierKey{}, carrierOf(nc))
		},
		ConnState: func(nc net.Conn, s http.ConnState) {
			if s == http.StateActive {
				_ = carrierOf(nc).done() // if it fails, so does what follows
			}
		},
	}
	server.SetKeepAlivesEnabled(false)
	defer server.Close()
	err := server.Serve(&callers{Listener: open, lobby: l})
	if errors.Is(err, net.ErrClosed) || errors.Is(err, http.ErrServerClosed) {
		return nil
	}
	return err
}

// httpLog takes what net/http has to say about clients, which is for those who
// look for a fault.
func (l *lobby) httpLog() *log.Logger {
	return l.logger.StandardLogger(&hclog.StandardLoggerOptions{ForceLevel: hclog.Debug})
}

type carrierKey struct{}

// carrierOf is what a connection of the lobby is carried by.
func carrierOf(nc net.Conn) *carrier {
	if t, ok := nc.(*tls.Conn); ok {
		nc = t.NetConn()
	}
	return nc.(*carrier)
}

// callers accepts on behalf of the HTTP server.
type callers struct {
	net.Listener
	lobby *lobby
}

// Accept turns away who is too much.
func (c *callers) Accept() (net.Conn, error) {
	l := c.lobby
	for {
		nc, err := c.Listener.Accept()
		if err != nil {
			return nil, err
		}
		if l.waiting.Add(1) > maxUpgrades {
			l.waiting.Add(-1)
			nc.Close()
			continue
		}
		low := newCarrier(nc)
		low.gone = sync.OnceFunc(func() { l.waiting.Add(-1) })
		if l.guard == nil {
			return low, nil
		}
		if err := low.begin(l.guard.desk, l.now().Add(l.timeout)); err != nil {
			_ = low.Close() // it is closed by the client already
			continue
		}
		return tls.Server(low, l.guard.config), nil
	}
}

// receive makes a connection of a request.
func (l *lobby) receive(w http.ResponseWriter, r *http.Request) {
	defer func() {
		if p := recover(); p != nil {
			l.crashed(webListener, supervisor.Caught(p))
			panic(http.ErrAbortHandler) // it closes, and says no more
		}
	}()
	low := r.Context().Value(carrierKey{}).(*carrier)
	if code, why := l.refusal(r); code != 0 {
		http.Error(w, why, code)
		return
	}
	limited, from := l.admission.limited(), ipOf(low)
	if limited && !l.admission.enter(from, l.now()) {
		http.Error(w, "maximum connections exceeded", http.StatusServiceUnavailable)
		return
	}
	mode := websocket.CompressionDisabled
	if l.config.Compression {
		mode = websocket.CompressionNoContextTakeover
	}
	ws, err := websocket.Accept(w, r, &websocket.AcceptOptions{InsecureSkipVerify: true, CompressionMode: mode}) // the origin is judged
	if err != nil {
		if limited {
			l.admission.leave(from)
		}
		l.logger.Debug("a websocket client did not get in", "client", r.RemoteAddr, "error", err)
		return
	}
	low.gone()
	ws.SetReadLimit(int64(l.hub.config().MaxPayload) + int64(l.hub.config().MaxControlLine) + reconnectBuffer)
	client := &webConn{carrier: low, ws: ws}
	if r.TLS != nil {
		client.by = cipherBy(r.TLS)
	}
	if name := l.config.JWTCookie; name != "" {
		if cookie, err := r.Cookie(name); err == nil {
			client.token = cookie.Value
		}
	}
	l.accept(client, l.door)
}

// refusal says what is wrong with a request, 0 if nothing is.
func (l *lobby) refusal(r *http.Request) (code int, why string) {
	switch {
	case r.Method != http.MethodGet:
		return http.StatusMethodNotAllowed, "request method must be GET"
	case r.Host == "":
		return http.StatusBadRequest, "'Host' missing in request"
	case !hasToken(r.Header, "Upgrade", "websocket"):
		return http.StatusBadRequest, "invalid value for header 'Upgrade'"
	case !hasToken(r.Header, "Connection", "upgrade"):
		return http.StatusBadRequest, "invalid value for header 'Connection'"
	case r.Header.Get("Sec-Websocket-Key") == "":
		return http.StatusBadRequest, "key missing"
	case r.Header.Get("Sec-Websocket-Version") != "13":
		return http.StatusBadRequest, "invalid version"
	case !l.origins.admit(r):
		return http.StatusForbidden, "origin not allowed"
	}
	return 0, ""
}
