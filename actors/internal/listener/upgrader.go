package listener

import (
	"context"
	"crypto/tls"
	"errors"
	"io"
	"log"
	"net"
	"net/http"
	"net/netip"
	"strings"
	"sync/atomic"
	"time"

	"github.com/hashicorp/go-hclog"

	"github.com/troupe-mq/troupe/actors/internal/transport"
	"github.com/troupe-mq/troupe/supervisor"
)

// maxUpgradeHeader is the longest request, in bytes, cookies included.
const maxUpgradeHeader = 8 << 10

// Upgrader makes WebSocket clients of HTTP clients.
type Upgrader struct {
	*Env
	Endpoint *transport.Endpoint
	Lobby    *transport.Lobby // where clients are until they are upgraded
	Options  atomic.Pointer[WebOptions]
	// LeafNodes is where servers come that are to be leaf nodes, nil if none may, and Welcome makes links of them.
	LeafNodes atomic.Pointer[transport.Endpoint]
	Welcome   func(transport.Arrival) (id uint64)
}

// WebOptions is how an upgrader does it. They are never changed: a reload puts others in their place.
type WebOptions struct {
	Timeout     time.Duration       // until a client is connected, that of TLS included; the one when it begins to serve counts
	Guard       *transport.TLSGuard // nil if there is no TLS
	Origins     origins
	Cookies     transport.Cookies // the names of the cookies that say who a page is
	Headers     map[string]string // more of the answer to an upgrade
	Proxies     []netip.Prefix    // from where it is believed whom a request was forwarded for
	Compression bool
}

// Serve lets clients in until the listener is closed.
func (u *Upgrader) Serve(open net.Listener) error {
	timeout := u.Options.Load().Timeout
	server := &http.Server{
		Handler:           http.HandlerFunc(u.receive),
		ReadHeaderTimeout: timeout,
		ReadTimeout:       timeout, // of a body that nobody has asked for
		WriteTimeout:      timeout,
		MaxHeaderBytes:    maxUpgradeHeader,
		ErrorLog:          u.httpLog(),
		ConnContext: func(ctx context.Context, nc net.Conn) context.Context {
			return context.WithValue(ctx, guestKey{}, progressConnOf(nc).guest)
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

type guestKey struct{}

// guest is a client that is not upgraded yet. What it has taken until then it gives
// back when it goes, or hands to the connection that it becomes.
type guest struct {
	low   *transport.ProgressConn
	leave func(from netip.Addr) // takes it off the limits for an address
	from  atomic.Pointer[netip.Addr]
	over  atomic.Bool
}

// counts notes which address it is counted for.
func (g *guest) counts(from netip.Addr) {
	g.from.Store(&from)
	if g.over.Load() { // it has gone meanwhile
		g.release()
	}
}

// release takes it off the limits for its address, once.
func (g *guest) release() {
	if from := g.from.Swap(nil); from != nil {
		g.leave(*from)
	}
}

// carrier is what a connection of the upgrader is carried by.
type carrier struct {
	*transport.ProgressConn
	guest *guest
}

func progressConnOf(nc net.Conn) carrier {
	if t, ok := nc.(*tls.Conn); ok {
		nc = t.NetConn()
	}
	return nc.(carrier)
}

// gone is told when its connection closes.
func (g *guest) gone() {
	if g.over.CompareAndSwap(false, true) {
		g.low.Place.Leave()
		g.release()
	}
}

// upgraded reports whether there is still somebody to be a connection.
func (g *guest) upgraded() bool {
	g.low.Place.Leave()
	return g.over.CompareAndSwap(false, true)
}

// upgradeListener accepts on behalf of the HTTP server.
type upgradeListener struct {
	net.Listener
	upgrader *Upgrader
}

// Accept turns away who is too many for an address, before anything is spent on it.
// Everybody else gets a place in the lobby.
func (c *upgradeListener) Accept() (net.Conn, error) {
	u := c.upgrader
	for {
		nc, err := c.Listener.Accept()
		if err != nil {
			return nil, err
		}
		from, guard := transport.IPOf(nc), u.Options.Load().Guard
		if u.proxied(nc) {
			from = netip.Addr{} // whom it is from is counted, when that is known
		}
		if !u.Admission.admit(from, u.Now()) {
			u.turnAway(nc)
			continue
		}
		g := &guest{low: transport.NewProgressConn(nc), leave: u.Admission.Leave}
		g.counts(from)
		g.low.Gone = g.gone
		g.low.Place = u.Lobby.Enter(g.low)
		carried := carrier{g.low, g}
		if guard == nil {
			return carried, nil
		}
		if err := g.low.Begin(guard.Slots, u.Now().Add(u.Options.Load().Timeout)); err != nil {
			_ = g.low.Close() // it is closed by the client already
			continue
		}
		return tls.Server(carried, guard.Config), nil
	}
}

// turnAway answers a client that may not come in, where that takes no handshake.
func (u *Upgrader) turnAway(nc net.Conn) {
	u.complainOfCrowd(nc)
	if u.Options.Load().Guard == nil {
		_ = nc.SetWriteDeadline(u.Now().Add(time.Second)) // if this fails, so does the write
		_, _ = io.WriteString(nc, "HTTP/1.1 503 Service Unavailable\r\nConnection: close\r\nContent-Length: 0\r\n\r\n")
	}
	nc.Close()
}

// receive makes a connection of a request.
func (u *Upgrader) receive(w http.ResponseWriter, r *http.Request) {
	defer func() {
		if p := recover(); p != nil {
			u.Crashed("websocket", supervisor.Caught(p))
			panic(http.ErrAbortHandler) // it closes, and says no more
		}
	}()
	if code, why := u.refusal(r); code != 0 {
		http.Error(w, why, code)
		return
	}
	if guard := u.Options.Load().Guard; guard != nil && r.TLS != nil {
		if err := guard.Peers.Check(r.TLS.VerifiedChains); err != nil {
			http.Error(w, err.Error(), http.StatusForbidden)
			return
		}
	}
	g := r.Context().Value(guestKey{}).(*guest)
	from, ok := u.forwarded(r, g.low)
	if !ok {
		http.Error(w, "too many connections from one address", http.StatusServiceUnavailable)
		return
	}
	if from != nil {
		g.counts(transport.IPOfAddr(from))
	}
	client, err := u.upgrade(w, r, g.low)
	if err != nil {
		u.Logger.Debug("a websocket client did not get in", "client", r.RemoteAddr, "error", err)
		_ = g.low.Close() // nobody else does behind an upgrade
		return
	}
	if !g.upgraded() {
		return // it had to go meanwhile
	}
	if from != nil {
		client.From = from
	}
	if leaf := u.LeafNodes.Load(); leaf != nil && isLeafNode(r) {
		u.Welcome(transport.Arrival{Conn: client, Endpoint: leaf})
		return
	}
	u.Accept(transport.Arrival{Conn: client, Endpoint: u.Endpoint})
}

// leafPath is what a server asks for that is to be a leaf node, maybe behind a path of a proxy.
const leafPath = "/leafnode"

// isLeafNode reports whether a request comes from such a server.
func isLeafNode(r *http.Request) bool { return strings.HasSuffix(r.URL.Path, leafPath) }

// refusal says what is wrong with a request, 0 if nothing is.
func (u *Upgrader) refusal(r *http.Request) (code int, why string) {
	switch {
	case r.URL.Path == "/mqtt", isLeafNode(r) && u.LeafNodes.Load() == nil:
		return http.StatusNotFound, "there is nothing of that kind here"
	case r.Method != http.MethodGet:
		return http.StatusMethodNotAllowed, "request method must be GET"
	case r.Host == "":
		return http.StatusBadRequest, "'Host' missing in request"
	case !hasToken(r.Header, "Upgrade", "websocket"):
		return http.StatusBadRequest, "invalid value for header 'Upgrade'"
	case !hasToken(r.Header, "Connection", "upgrade"):
		return http.StatusBadRequest, "invalid value for header 'Connection'"
	case !isKey(r.Header.Get("Sec-Websocket-Key")):
		return http.StatusBadRequest, "invalid value for header 'Sec-WebSocket-Key'"
	case r.Header.Get("Sec-Websocket-Version") != "13":
		return http.StatusBadRequest, "invalid version"
	case !u.Options.Load().Origins.admit(r):
		return http.StatusForbidden, "origin not allowed"
	}
	return 0, ""
}
