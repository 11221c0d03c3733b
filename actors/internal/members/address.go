package members

import (
	"fmt"
	"net"
	"net/url"
	"strconv"
	"strings"
)

// Scheme is that of the URLs that servers tell each other.
const Scheme = "nats-route"

// urlOf is the URL of a server's routes that is at a host and has not said where else.
func urlOf(host string, port int) string {
	return fmt.Sprintf("%s://%s/", Scheme, net.JoinHostPort(host, strconv.Itoa(port)))
}

// ParseURL reads the address of a server: a host with or without a port, or a URL with one of the schemes nats-route,
// nats and tls. The error says what is wrong, without what is secret in it.
func ParseURL(text string) (*url.URL, error) {
	text = strings.TrimSpace(text)
	if !strings.Contains(text, "://") {
		text = Scheme + "://" + text
	}
	u, err := url.Parse(text)
	switch {
	case err != nil:
		return nil, fmt.Errorf("not a URL")
	case u.Scheme != Scheme && u.Scheme != "nats" && u.Scheme != "tls":
		return nil, fmt.Errorf("scheme %q is none of nats-route, nats and tls", u.Scheme)
	case u.Hostname() == "":
		return nil, fmt.Errorf("there is no host in it")
	}
	if u.Port() == "" {
		u.Host = net.JoinHostPort(u.Hostname(), strconv.Itoa(DefaultPort))
	}
	return u, nil
}

// DefaultPort is where servers listen for routes.
const DefaultPort = 6222

// Place tells addresses apart.
func Place(u *url.URL) string { return strings.ToLower(u.Host) }

// HostOf is host:port of a URL that another server has told.
func HostOf(text string) string {
	if u, err := ParseURL(text); err == nil {
		return u.Host
	}
	return ""
}
