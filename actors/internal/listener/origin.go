package listener

import (
	"cmp"
	"errors"
	"net/http"
	"net/url"
	"strings"
)

// origins judges where a page comes from that wants to connect.
type origins struct {
	same    bool
	allowed map[origin]bool // nil: all are
}

// origin is what pages have in common that may see each other.
type origin struct{ scheme, host, port string }

// NewOrigins lets pages in that come from the same address, or from one of those that
// are allowed, if either is asked for.
func NewOrigins(same bool, allowed []string) origins {
	o := origins{same: same}
	for _, text := range allowed {
		if o.allowed == nil {
			o.allowed = make(map[origin]bool)
		}
		if from, err := ParseOrigin(text); err == nil { // Validate has told
			o.allowed[from] = true
		}
	}
	return o
}

// ParseOrigin reads scheme://host, perhaps with a port.
func ParseOrigin(text string) (origin, error) {
	u, err := url.Parse(text)
	if err != nil {
		return origin{}, err
	}
	if u.Scheme == "" || u.Hostname() == "" {
		return origin{}, errors.New("not an origin")
	}
	return newOrigin(strings.ToLower(u.Scheme), u), nil
}

func newOrigin(scheme string, u *url.URL) origin {
	usual := "80"
	if scheme == "https" || scheme == "wss" {
		usual = "443"
	}
	return origin{scheme: scheme, host: strings.ToLower(u.Hostname()), port: cmp.Or(u.Port(), usual)}
}

// admit reports whether a request may be what it wants to be. Only browsers say
// where they come from, and only they have to.
func (o *origins) admit(r *http.Request) bool {
	text := cmp.Or(r.Header.Get("Origin"), r.Header.Get("Sec-Websocket-Origin"))
	if text == "" || !o.same && o.allowed == nil {
		return true
	}
	from, err := ParseOrigin(text)
	if err != nil {
		return false
	}
	if o.same {
		scheme := "http"
		if r.TLS != nil {
			scheme = "https"
		}
		here := newOrigin(scheme, &url.URL{Host: r.Host})
		if from != here {
			return false
		}
	}
	return o.allowed == nil || o.allowed[from]
}

// hasToken reports whether a header's lists contain a word.
func hasToken(h http.Header, name, word string) bool {
	for _, list := range h.Values(name) {
		for token := range strings.SplitSeq(list, ",") {
			if strings.EqualFold(strings.TrimSpace(token), word) {
				return true
			}
		}
	}
	return false
}
