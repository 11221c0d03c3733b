package endpoints

import (
	"cmp"
	"net"
	"reflect"
	"strconv"
	"time"

	"github.com/troupe-mq/troupe/actors/config"
	"github.com/troupe-mq/troupe/actors/internal/listener"
	"github.com/troupe-mq/troupe/actors/internal/transport"
)

// The names of the listeners.
const (
	clientListener = "clients"
	webListener    = "websocket"
	unixListener   = "unix"
	leafListener   = "leafnodes"
	leafByWeb      = "leafnodes by websocket" // which is no listener of its own
)

// plan is a way that a configuration asks for.
type plan struct {
	name    string
	address string // host:port, where 0 is any free one, or the path of a socket
	host    string // what INFO says of the address; empty if that is what it says elsewhere
	said    string // what the log says of it, before the address
	where   string // the block of the file, for errors; empty for none

	tls      *config.TLS
	ocsp     *config.OCSP
	optional bool // TLS is
	proxy    *listener.Proxy
	web      *listener.WebOptions
}

// plans are the ways of a configuration.
func (s *Set) plans(c *config.Config) []*plan {
	all := s.ways(c)
	for _, p := range all {
		p.ocsp = c.OCSP
	}
	return all
}

// ways are those of a configuration, in the order in which they are opened. That for WebSocket clients comes before that
// for clients: who waits for the broker tries the port for clients, and counts on the rest when it is there.
func (s *Set) ways(c *config.Config) (all []*plan) {
	if w := c.WebSocket; w != nil {
		host, scheme := cmp.Or(w.Host, c.Host), "ws://"
		if w.TLS != nil {
			scheme = "wss://"
		}
		all = append(all, &plan{
			name: webListener, address: address(host, w.Port), host: host, tls: w.TLS, where: "websocket: ",
			said: "Listening for websocket clients on " + scheme, web: webOptions(w),
		})
	}
	if l := c.LeafNodes; l != nil && l.Listen != nil {
		all = append(all, &plan{
			name: leafListener, address: address(l.Listen.Host, l.Listen.Port), host: l.Listen.Host, tls: l.Listen.TLS,
			where: "leafnodes: ", said: "Listening for leafnode connections on ",
		})
	}
	if !c.NoListen {
		p := &plan{
			name: clientListener, address: address(c.Host, c.Port), tls: c.TLS, optional: c.AllowNonTLS,
			said: "Listening for client connections on ",
		}
		if c.ProxyProtocol {
			p.proxy = &listener.Proxy{From: listener.Networks(c.ProxyNetworks), Lobby: s.handshakes.Lobby, Timeout: c.AuthTimeout}
		}
		all = append(all, p)
	}
	if c.UnixSocket != "" {
		all = append(all, &plan{name: unixListener, address: c.UnixSocket, said: "Listening for client connections on unix:"})
	}
	return all
}

func address(host string, port int) string { return net.JoinHostPort(host, strconv.Itoa(max(port, 0))) }

func webOptions(w *config.WebSocket) *listener.WebOptions {
	return &listener.WebOptions{
		Timeout: w.Patience(), Compression: w.Compression, Headers: w.Headers, Proxies: listener.Networks(w.Proxies),
		Origins: listener.NewOrigins(w.SameOrigin, w.AllowedOrigins),
		Cookies: transport.Cookies{JWT: w.JWTCookie, User: w.UserCookie, Password: w.PassCookie, Token: w.TokenCookie},
	}
}

// patience is how long a way's HTTP server waits, which does not change while it serves.
func (p *plan) patience() time.Duration {
	if p.web == nil {
		return 0
	}
	return p.web.Timeout
}

// staysOpen reports whether a way need not be opened anew to be as another plan has it.
func (p *plan) staysOpen(now *plan) bool {
	return p.address == now.address && p.patience() == now.patience()
}

// sameTLS reports whether its TLS is as another plan has it.
func (p *plan) sameTLS(now *plan) bool {
	return p.optional == now.optional && reflect.DeepEqual(p.tls, now.tls) && (p.tls == nil || reflect.DeepEqual(p.ocsp, now.ocsp))
}
