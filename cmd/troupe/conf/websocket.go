package conf

import (
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/troupe-mq/troupe/actors"
)

// webKeys are the keys of the websocket block, besides its tls block.
var webKeys = index(map[string]func(*actors.WebSocket, any) error{
	"listen":                               address(func(w *actors.WebSocket) (*string, *int) { return &w.Host, &w.Port }),
	"host net":                             text(func(w *actors.WebSocket) *string { return &w.Host }),
	"advertise":                            text(func(w *actors.WebSocket) *string { return &w.Advertise }),
	"port":                                 number(func(w *actors.WebSocket) *int { return &w.Port }),
	"no_tls":                               toggle(func(w *actors.WebSocket) *bool { return &w.NoTLS }),
	"authorization authentication headers": webBlock,
	"jwt_cookie":                           text(func(w *actors.WebSocket) *string { return &w.JWTCookie }),
	"user_cookie":                          text(func(w *actors.WebSocket) *string { return &w.UserCookie }),
	"pass_cookie":                          text(func(w *actors.WebSocket) *string { return &w.PassCookie }),
	"token_cookie":                         text(func(w *actors.WebSocket) *string { return &w.TokenCookie }),
	"no_auth_user":                         text(func(w *actors.WebSocket) *string { return &w.NoAuthUser }),
	"ping_interval":                        duration(func(w *actors.WebSocket) *time.Duration { return &w.PingInterval }),
	"proxies":                              setWebProxies,
	"same_origin":                          toggle(func(w *actors.WebSocket) *bool { return &w.SameOrigin }),
	"compression compress":                 toggle(func(w *actors.WebSocket) *bool { return &w.Compression }),
	"handshake_timeout":                    duration(func(w *actors.WebSocket) *time.Duration { return &w.HandshakeTimeout }),

	"allowed_origins allowed_origin allow_origins allow_origin origins origin": setOrigins,
})

// missingWeb are those that Troupe cannot honour.
var missingWeb = map[string]string{
	"tls": "WebSocket over TLS without a tls block",
}

// webAuthorization are the keys of the authorization in a websocket block.
var webAuthorization = index(map[string]func(*actors.WebSocket, any) error{
	"user username": text(func(w *actors.WebSocket) *string { return &w.User }),
	"password pass": text(func(w *actors.WebSocket) *string { return &w.Password }),
	"token":         text(func(w *actors.WebSocket) *string { return &w.Token }),
	"timeout":       duration(func(w *actors.WebSocket) *time.Duration { return new(time.Duration) }), // see handshake_timeout
})

// webBlock is reached by a value that is no block: blocks are walked key by key.
func webBlock(*actors.WebSocket, any) error { return errors.New("needs a block: { … }") }

// setWebSocket is reached by a value that is no block.
func setWebSocket(_ *Settings, value any) error {
	if isOff(value) {
		return nil
	}
	return fmt.Errorf("needs a block: websocket { port: 8080, tls { … } }")
}

// webSocket reads a websocket block.
func (f *file) webSocket(values map[string]any) {
	if f.settings.Broker.WebSocket == nil {
		f.settings.Broker.WebSocket = new(actors.WebSocket)
	}
	w := f.settings.Broker.WebSocket
	f.block(values, func(key string, value any, at FileError) error {
		lower := strings.ToLower(key)
		if timed[lower] {
			f.warnOfUnit(key, value, at)
		}
		if inner, ok := value.(map[string]any); ok && lower == "tls" {
			w.TLS = new(actors.TLS)
			f.tls(inner, w.TLS)
			return nil
		}
		if inner, ok := value.(map[string]any); ok {
			switch lower {
			case "authorization", "authentication":
				f.block(inner, func(key string, value any, _ FileError) error { return setKey(w, key, value, webAuthorization, nil) })
				return nil
			case "headers":
				w.Headers = make(map[string]string)
				f.block(inner, func(key string, value any, _ FileError) (err error) {
					w.Headers[key], err = toText(value)
					return named(key, err)
				})
				return nil
			}
		}
		return setKey(w, key, value, webKeys, missingWeb)
	})
}

func setOrigins(w *actors.WebSocket, value any) error {
	w.AllowedOrigins = nil
	return eachName(value, func(name string) error {
		w.AllowedOrigins = append(w.AllowedOrigins, name)
		return nil
	})
}

func setWebProxies(w *actors.WebSocket, value any) error {
	w.Proxies = nil
	return eachName(value, func(name string) error {
		w.Proxies = append(w.Proxies, name)
		return nil
	})
}

// setKey sets a key by the tables of those that are known and of those that are
// not there; a block has its own.
func setKey[S any, F ~func(*S, any) error](s *S, key string, value any, known map[string]F, missing map[string]string) error {
	lower := strings.ToLower(key)
	if set, ok := known[lower]; ok {
		if err := set(s, value); err != nil {
			return fmt.Errorf("%q: %w", key, err)
		}
		return nil
	}
	if feature, ok := missing[lower]; ok {
		if isOff(value) {
			return nil
		}
		return &MissingError{Key: key, Feature: feature}
	}
	return fmt.Errorf("%w %q", ErrUnknown, key)
}
