package actors

import (
	"cmp"
	"errors"
	"fmt"
	"time"

	"github.com/troupe-mq/troupe/actors/internal/listener"
	"github.com/troupe-mq/troupe/actors/internal/transport"
)

// WebSocket is the listener for clients in browsers. They speak the same protocol as all others, in binary
// frames.
type WebSocket struct {
	// Host and Port are the address. An empty Host means Config.Host. There is no default for Port; -1 is any
	// free port, which Broker.WebSocketAddr returns.
	Host string
	Port int
	// Advertise is the host:port by which clients reach the listener. The monitoring shows it.
	Advertise string
	// TLS encrypts the connections. Without it NoTLS must be true.
	TLS   *TLS
	NoTLS bool
	// SameOrigin lets only pages in that come from this address. AllowedOrigins lets only pages in that come from
	// one of these, such as https://example.com. A program has no origin and is always let in.
	SameOrigin     bool
	AllowedOrigins []string
	// JWTCookie is the name of the cookie with a page's token, where operators sign accounts. It counts if CONNECT
	// has no token.
	JWTCookie string
	// Compression lets clients ask for compressed frames.
	Compression bool
	// HandshakeTimeout is how long a client may take until it is connected, the handshake of TLS included. Default
	// 2s.
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
