package actors

import (
	"cmp"
	"errors"
	"fmt"
	"time"

	"github.com/troupe-mq/troupe/actors/internal/listener"
	"github.com/troupe-mq/troupe/actors/internal/transport"
)

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
		_, _, err := transport.SplitAdvertise(w.Advertise)
		check(err != nil, "advertise %q is not host:port", w.Advertise)
	}
	check(w.HandshakeTimeout < 0, "handshake_timeout %s is negative", w.HandshakeTimeout)
	check(w.TLS == nil && !w.NoTLS, "tls is needed, or no_tls if it is not wanted")
	check(w.TLS != nil && w.NoTLS, "tls and no_tls cannot both be set")
	for _, o := range w.AllowedOrigins {
		_, err := listener.ParseOrigin(o)
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
