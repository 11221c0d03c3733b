package uplink

import (
	"fmt"
	"net"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/troupe-mq/troupe/actors/internal/compression"
)

// DefaultPort is where hubs listen for leaf nodes.
const DefaultPort = "7422"

// tlsScheme is that of a URL of a link that is encrypted.
const tlsScheme = "tls"

// Remote is a hub, or a cluster of hubs, and the terms of the link to it. It is not to be changed.
type Remote struct {
	Name    string   // unique among those of its owner
	Account string   // the local one
	URLs    []string // that were checked by ParseURL

	User, Password, Token string // where the URL has none
	NKey                  string // a seed
	Credentials           string // the path of a file with a token and a seed

	TLS   *TLS   // nil: only if the URL or the hub wants it, and by the system's authorities
	Proxy *Proxy // to hubs that are reached by WebSocket; nil for none

	DenyImports, DenyExports []string // patterns that do not come, and do not go
	NoRandomize              bool     // the URLs are tried in their order
	IgnoreDiscovered         bool     // the addresses that a hub tells are not followed

	// Domain is that of the hub's JetStream, as whose API the usual one is mapped. Empty is what
	// the hub says, NoDomain is no mapping.
	Domain string

	Isolate     bool // the hub is not to tell what other leaf nodes want
	Alone       bool // nor is it told what those of this broker want
	Ping        time.Duration
	Compression compression.Wish

	// Engine: the hub stores for this broker. Apart: it does not, and who does must not be mixed up with it.
	Engine, Apart bool

	Hub bool // this broker is the hub, and who is there the leaf node
}

// NoDomain is the Domain of a remote whose subjects are not mapped.
const NoDomain = "-"

// same reports whether a link by one remote is as good as by the other.
func (r *Remote) same(o *Remote) bool {
	return r.Name == o.Name && r.Account == o.Account && slices.Equal(r.URLs, o.URLs) &&
		r.User == o.User && r.Password == o.Password && r.Token == o.Token && r.NKey == o.NKey && r.Credentials == o.Credentials &&
		r.TLS.same(o.TLS) && r.Proxy.same(o.Proxy) && slices.Equal(r.DenyImports, o.DenyImports) && slices.Equal(r.DenyExports, o.DenyExports) &&
		r.NoRandomize == o.NoRandomize && r.IgnoreDiscovered == o.IgnoreDiscovered && r.Domain == o.Domain &&
		r.Isolate == o.Isolate && r.Alone == o.Alone && r.Ping == o.Ping && r.Compression.Same(o.Compression) && r.Engine == o.Engine && r.Apart == o.Apart && r.Hub == o.Hub
}

// ParseURL reads the address of a hub: a host with or without a port, or a URL with one of the schemes
// nats-leaf, nats, leafnode, leaf, tls, ws and wss. The error says what is wrong, without what is secret in it.
func ParseURL(text string) (*url.URL, error) {
	if !strings.Contains(text, "://") {
		text = "nats-leaf://" + text
	}
	u, err := url.Parse(text)
	switch {
	case err != nil:
		return nil, fmt.Errorf("not a URL")
	case !slices.Contains([]string{"nats-leaf", "nats", "leafnode", "leaf", tlsScheme, webScheme, webTLSScheme}, u.Scheme):
		return nil, fmt.Errorf("scheme %q is none of nats-leaf, nats, tls, ws and wss", u.Scheme)
	case u.Hostname() == "":
		return nil, fmt.Errorf("there is no host in it")
	}
	if u.Port() == "" {
		u.Host = net.JoinHostPort(u.Hostname(), DefaultPort)
	}
	return u, nil
}
