package network

import (
	"errors"
	"net"
	"strings"
	"time"

	"github.com/troupe-mq/troupe/actors"
	"github.com/troupe-mq/troupe/cmd/troupe/conf/lang"
)

// webKeys are the keys of the websocket block, besides its tls block.
var webKeys = lang.Table(map[string]func(*actors.WebSocket, any) error{
	"listen":                               lang.Address(func(w *actors.WebSocket) (*string, *int) { return &w.Host, &w.Port }),
	"host net":                             lang.Text(func(w *actors.WebSocket) *string { return &w.Host }),
	"advertise":                            lang.Text(func(w *actors.WebSocket) *string { return &w.Advertise }),
	"port":                                 lang.Number(func(w *actors.WebSocket) *int { return &w.Port }),
	"no_tls":                               lang.Toggle(func(w *actors.WebSocket) *bool { return &w.NoTLS }),
	"authorization authentication headers": lang.NeedsBlock[actors.WebSocket]("{ … }"),
	"jwt_cookie":                           lang.Text(func(w *actors.WebSocket) *string { return &w.JWTCookie }),
	"user_cookie":                          lang.Text(func(w *actors.WebSocket) *string { return &w.UserCookie }),
	"pass_cookie":                          lang.Text(func(w *actors.WebSocket) *string { return &w.PassCookie }),
	"token_cookie":                         lang.Text(func(w *actors.WebSocket) *string { return &w.TokenCookie }),
	"no_auth_user":                         lang.Text(func(w *actors.WebSocket) *string { return &w.NoAuthUser }),
	"ping_interval":                        lang.Duration(func(w *actors.WebSocket) *time.Duration { return &w.PingInterval }),
	"proxies":                              lang.Texts(func(w *actors.WebSocket) *[]string { return &w.Proxies }),
	"same_origin":                          lang.Toggle(func(w *actors.WebSocket) *bool { return &w.SameOrigin }),
	"compression compress":                 lang.Toggle(func(w *actors.WebSocket) *bool { return &w.Compression }),
	"handshake_timeout":                    lang.Duration(func(w *actors.WebSocket) *time.Duration { return &w.HandshakeTimeout }),

	"allowed_origins allowed_origin allow_origins allow_origin origins origin": lang.Texts(func(w *actors.WebSocket) *[]string { return &w.AllowedOrigins }),
})

// missingWeb are those that Troupe cannot honour.
var missingWeb = map[string]string{
	"tls": "WebSocket over TLS without a tls block",
}

// webAuthorization are the keys of the authorization in a websocket block.
var webAuthorization = lang.Table(map[string]func(*actors.WebSocket, any) error{
	"user username": lang.Text(func(w *actors.WebSocket) *string { return &w.User }),
	"password pass": lang.Text(func(w *actors.WebSocket) *string { return &w.Password }),
	"token":         lang.Text(func(w *actors.WebSocket) *string { return &w.Token }),
	"timeout":       lang.Duration(func(w *actors.WebSocket) *time.Duration { return new(time.Duration) }), // see handshake_timeout
})

// WebSocket reads a websocket block.
func WebSocket(r *lang.Reader, values map[string]any, w *actors.WebSocket) {
	var open *lang.FileError // where it says that there is no TLS
	r.Block(values, func(key string, value any, at lang.FileError) error {
		lower := strings.ToLower(key)
		if webTimes[lower] {
			r.WarnOfUnit(key, value, at)
		}
		if lower == "no_tls" {
			open = &at
		}
		if inner, ok := value.(map[string]any); ok {
			switch lower {
			case "tls":
				w.TLS = new(actors.TLS)
				TLS(r, inner, w.TLS)
				return nil
			case "authorization", "authentication":
				r.Block(inner, lang.By(w, webAuthorization, nil))
				return nil
			case "headers":
				w.Headers = make(map[string]string)
				r.Block(inner, func(key string, value any, _ lang.FileError) (err error) {
					w.Headers[key], err = lang.ToText(value)
					return lang.Named(key, err)
				})
				return nil
			}
		}
		return lang.Set(w, key, value, webKeys, missingWeb, "tls")
	})
	if w.NoTLS && open != nil && !isLoopback(w.Host) {
		r.Warn(*open, errors.New("WebSocket clients come without TLS: whoever is on the way can read what they say, and their passwords"))
	}
}

// isLoopback reports whether only this machine reaches a host.
func isLoopback(host string) bool { return host == "localhost" || net.ParseIP(host).IsLoopback() }

// webTimes are the keys of durations that are written with a unit.
var webTimes = lang.Table(map[string]bool{"ping_interval handshake_timeout": true})
