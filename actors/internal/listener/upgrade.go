package listener

import (
	"encoding/base64"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/troupe-mq/troupe/actors/internal/frames"
	"github.com/troupe-mq/troupe/actors/internal/transport"
)

// This file is the answer that makes a WebSocket of a request (RFC 6455, section 4.2.2).

// compressionOffer is what a client may ask for, and is told if it gets it: each
// message is compressed by itself.
const compressionOffer = "permessage-deflate; server_no_context_takeover; client_no_context_takeover"

// upgrade answers a request that nothing is wrong with. What the client has sent
// behind it already is not lost.
func (u *Upgrader) upgrade(w http.ResponseWriter, r *http.Request, low *transport.ProgressConn) (*transport.WebConn, error) {
	nc, rw, err := http.NewResponseController(w).Hijack()
	if err != nil {
		return nil, err
	}
	options := u.Options.Load()
	compression := options.Compression && asksForCompression(r.Header)
	if err := nc.SetWriteDeadline(u.Now().Add(options.Timeout)); err != nil {
		return nil, err
	}
	if _, err := nc.Write(switchingProtocols(r.Header.Get("Sec-Websocket-Key"), compression, options.Headers)); err != nil {
		return nil, err
	}
	if err := nc.SetWriteDeadline(time.Time{}); err != nil {
		return nil, err
	}
	early := make([]byte, rw.Reader.Buffered())
	_, _ = rw.Read(early) // they are there
	client := transport.NewWebConn(nc, low, early, compression)
	shown := transport.Shown{Cookies: transport.Cookies{
		JWT: cookie(r, options.Cookies.JWT), User: cookie(r, options.Cookies.User),
		Password: cookie(r, options.Cookies.Password), Token: cookie(r, options.Cookies.Token),
	}}
	if r.TLS != nil {
		shown.By = transport.CipherBy(r.TLS)
	}
	if r.TLS != nil || shown.Cookies != (transport.Cookies{}) {
		client.Shown = &shown
	}
	return client, nil
}

// cookie is the value of a cookie, empty without one.
func cookie(r *http.Request, name string) string {
	if name == "" {
		return ""
	}
	c, err := r.Cookie(name)
	if err != nil {
		return ""
	}
	return c.Value
}

// isKey reports whether a client has made up a key as it is to: 16 bytes in base64.
func isKey(text string) bool {
	key, err := base64.StdEncoding.DecodeString(strings.TrimSpace(text))
	return err == nil && len(key) == 16
}

func switchingProtocols(key string, compression bool, headers map[string]string) []byte {
	answer := fmt.Appendf(nil, "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: %s\r\n",
		frames.AcceptOf(strings.TrimSpace(key)))
	if compression {
		answer = fmt.Appendf(answer, "Sec-WebSocket-Extensions: %s\r\n", compressionOffer)
	}
	for _, name := range slices.Sorted(maps.Keys(headers)) {
		answer = fmt.Appendf(answer, "%s: %s\r\n", name, headers[name])
	}
	return append(answer, "\r\n"...)
}

// asksForCompression reports whether a client offers to compress, in a way that the
// broker can. The answer has it compress each message by itself, which every client
// can that can compress.
func asksForCompression(h http.Header) bool {
	for _, list := range h.Values("Sec-Websocket-Extensions") {
		for offer := range strings.SplitSeq(list, ",") {
			if acceptable(strings.Split(offer, ";")) {
				return true
			}
		}
	}
	return false
}

// acceptable judges one offer: its name, and what comes with it.
func acceptable(offer []string) bool {
	for i, word := range offer {
		word = strings.ToLower(strings.TrimSpace(word))
		name, _, _ := strings.Cut(word, "=")
		switch {
		case i == 0 && word == "permessage-deflate":
		case i > 0 && (word == "client_no_context_takeover" || word == "server_no_context_takeover" || word == "server_max_window_bits=15"):
		case i > 0 && name == "client_max_window_bits": // to look back further than the client does is no harm
		default:
			return false
		}
	}
	return true
}
