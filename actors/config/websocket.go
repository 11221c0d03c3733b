package config

import (
	"cmp"
	"errors"
	"fmt"
	"net/netip"
	"regexp"
	"strings"
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
	// Advertise is the host:port by which clients reach the listener: those of other servers of the cluster are told of it, and the
	// monitoring shows it.
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
	// UserCookie, PassCookie and TokenCookie are the names of cookies with what CONNECT has not.
	UserCookie, PassCookie, TokenCookie string
	// User and Password, or Token, must be in CONNECT instead of those of Config. They cannot be had with users on a list.
	User, Password, Token string
	// NoAuthUser is the user that clients are who present nothing, instead of that of Config.
	NoAuthUser string
	// Headers are added to the answer to an upgrade.
	Headers map[string]string
	// PingInterval is the time between PINGs. Default: that of Config.
	PingInterval time.Duration
	// Proxies are networks such as 10.0.0.0/8. Only from there it is believed whom X-Forwarded-For says that a client is.
	Proxies []string
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
	for _, p := range w.Proxies {
		_, err := netip.ParsePrefix(p)
		check(err != nil, "proxies: %q is not a network such as 10.0.0.0/8", p)
	}
	for name, value := range w.Headers {
		check(!headerName.MatchString(name) || strings.ContainsAny(value, "\r\n\x00"), "headers: %q cannot be sent", name)
	}
	check(w.PingInterval < 0, "ping_interval %s is negative", w.PingInterval)
	if w.TLS != nil {
		errs = append(errs, w.TLS.Validate())
	}
	return errors.Join(errs...)
}

// headerName is what a header may be called.
var headerName = regexp.MustCompile("^[!#$%&'*+.^_`|~0-9A-Za-z-]+$")

// WebPing is the time between PINGs to who comes by WebSocket.
func (c *Config) WebPing() time.Duration {
	if c.WebSocket == nil {
		return c.PingInterval
	}
	return cmp.Or(c.WebSocket.PingInterval, c.PingInterval)
}

// Patience is how long a client may take until it is connected, the default filled in.
func (w *WebSocket) Patience() time.Duration {
	return cmp.Or(w.HandshakeTimeout, DefaultWebSocketTimeout)
}
