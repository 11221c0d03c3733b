package listener

import (
	"context"
	"crypto/tls"
	"errors"
	"log"
	"net"
	"net/http"
	"sync"
	"sync/atomic"
	"time"

	"github.com/coder/websocket"
	"github.com/hashicorp/go-hclog"

	"github.com/troupe-mq/troupe/actors/internal/transport"
	"github.com/troupe-mq/troupe/supervisor"
)

// The bounds of what a client may do before it is one.
const (
	maxUpgrades      = 1024    // HTTP connections at a time
	maxUpgradeHeader = 8 << 10 // bytes
)

// Upgrader makes WebSocket clients of HTTP clients.
type Upgrader struct {
	*Env
	WebOptions
	Endpoint *transport.Endpoint
	Guard    *transport.TLSGuard // nil if there is no TLS
	Origins  origins
	waiting  atomic.Int64
}

// WebOptions is how an upgrader does it.
type WebOptions struct {
	Timeout     time.Duration // until a client is connected, that of TLS included
	JWTCookie   string        // the cookie with a page's token, empty for none
	Compression bool
	ReadLimit   func() int64 // bytes of one message
}

// Serve lets clients in until the listener is closed.
func (u *Upgrader) Serve(open net.Listener) error {
	server := &http.Server{
		Handler:           http.HandlerFunc(u.receive),
		ReadHeaderTimeout: u.Timeout,
		MaxHeaderBytes:    maxUpgradeHeader,
		ErrorLog:          u.httpLog(),
		ConnContext: func(ctx context.Context, nc net.Conn) context.Context {
			return context.WithValue(ctx, progressKey{}, progressConnOf(nc))
		},
		ConnState: func(nc net.Conn, s http.ConnState) {
			if s == http.StateActive {
				_ = progressConnOf(nc).Done() // if it fails, so does what follows
			}
		},
	}
	server.SetKeepAlivesEnabled(false)
	defer server.Close()
	err := server.Serve(&upgradeListener{Listener: open, upgrader: u})
	if errors.Is(err, net.ErrClosed) || errors.Is(err, http.ErrServerClosed) {
		return nil
	}
	return err
}

// httpLog takes what net/http has to say about clients, which is for those who
// look for a fault.
func (u *Upgrader) httpLog() *log.Logger {
	return u.Logger.StandardLogger(&hclog.StandardLoggerOptions{ForceLevel: hclog.Debug})
}

type progressKey struct{}

// progressConnOf is what a connection of the upgrader is carried by.
func progressConnOf(nc net.Conn) *transport.ProgressConn {
	if t, ok := nc.(*tls.Conn); ok {
		nc = t.NetConn()
	}
	return nc.(*transport.ProgressConn)
}

// upgradeListener accepts on behalf of the HTTP server.
type upgradeListener struct {
	net.Listener
	upgrader *Upgrader
}

// Accept turns away who is too much.
func (c *upgradeListener) Accept() (net.Conn, error) {
	u := c.upgrader
	for {
		nc, err := c.Listener.Accept()
		if err != nil {
			return nil, err
		}
		if u.waiting.Add(1) > maxUpgrades {
			u.waiting.Add(-1)
			nc.Close()
			continue
		}
		low := transport.NewProgressConn(nc)
		low.Gone = sync.OnceFunc(func() { u.waiting.Add(-1) })
		if u.Guard == nil {
			return low, nil
		}
		if err := low.Begin(u.Guard.Slots, u.Now().Add(u.Timeout)); err != nil {
			_ = low.Close() // it is closed by the client already
			continue
		}
		return tls.Server(low, u.Guard.Config), nil
	}
}

// receive makes a connection of a request.
func (u *Upgrader) receive(w http.ResponseWriter, r *http.Request) {
	defer func() {
		if p := recover(); p != nil {
			u.Crashed("websocket", supervisor.Caught(p))
			panic(http.ErrAbortHandler) // it closes, and says no more
		}
	}()
	low := r.Context().Value(progressKey{}).(*transport.ProgressConn)
	if code, why := u.refusal(r); code != 0 {
		http.Error(w, why, code)
		return
	}
	limited, from := u.Admission.Limited(), IPOf(low)
	if limited && !u.Admission.admit(from, u.Now()) {
		http.Error(w, "maximum connections exceeded", http.StatusServiceUnavailable)
		return
	}
	mode := websocket.CompressionDisabled
	if u.Compression {
		mode = websocket.CompressionNoContextTakeover
	}
	ws, err := websocket.Accept(w, r, &websocket.AcceptOptions{InsecureSkipVerify: true, CompressionMode: mode}) // the origin is judged
	if err != nil {
		if limited {
			u.Admission.Leave(from)
		}
		u.Logger.Debug("a websocket client did not get in", "client", r.RemoteAddr, "error", err)
		return
	}
	low.Gone()
	ws.SetReadLimit(u.ReadLimit())
	client := &transport.WebConn{ProgressConn: low, Ws: ws}
	if r.TLS != nil {
		client.By = transport.CipherBy(r.TLS)
	}
	if name := u.JWTCookie; name != "" {
		if cookie, err := r.Cookie(name); err == nil {
			client.Token = cookie.Value
		}
	}
	u.Accept(transport.Arrival{Conn: client, Endpoint: u.Endpoint})
}

// refusal says what is wrong with a request, 0 if nothing is.
func (u *Upgrader) refusal(r *http.Request) (code int, why string) {
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
	case !u.Origins.admit(r):
		return http.StatusForbidden, "origin not allowed"
	}
	return 0, ""
}
