package config

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/nats-io/nkeys"

	"github.com/troupe-mq/troupe/actors/internal/uplink"
	"github.com/troupe-mq/troupe/topics"
)

// LeafNodes is how the broker is a leaf node of other servers, and other servers are leaf nodes of it.
type LeafNodes struct {
	// Remotes are the hubs. An account may have a link to several. Its clients find JetStream by the usual subjects at the first
	// of them, and at the others by the names of their domains.
	Remotes []Remote
	// Listen is where leaf nodes come in. Nil: none may.
	Listen *LeafPort
	// PingInterval is the time between PINGs to a silent server, be it a hub or a leaf node. Default 5s.
	PingInterval time.Duration
}

// Remote is a hub, or a cluster of hubs, that one account is linked to: what is published in the account reaches
// those who want it there, and the other way round. The broker tries to have the link for as long as it runs.
type Remote struct {
	// Name tells remotes apart. Default: the name of the account, and -2 behind it for the second one, and so on.
	Name string
	// URLs are the addresses of the hub: nats-leaf://host:port, tls://host:port or host:port. The default port is
	// 7422. A user and a password, or a token, may stand in front of the host. With ws:// or wss:// the hub is reached by its port for
	// WebSocket; then all of them are.
	URLs []string
	// Account is the name of the local account. Default: the global one.
	Account string

	// User and Password, or Token, are for URLs that have none.
	User, Password, Token string
	// Credentials is the path of a file with a user's token and key. NKey is the seed of a user's key. Set one of
	// them at most.
	Credentials, NKey string
	// TLS encrypts the link. Nil: it is encrypted if the URL begins with tls:// or the hub wants it.
	TLS *RemoteTLS
	// Proxy is what a hub with ws:// or wss:// is reached through. Nil: nothing.
	Proxy *RemoteProxy

	// DenyImports are patterns of subjects that are not taken from the hub. DenyExports are those that are not
	// given to it.
	DenyImports, DenyExports []string

	// NoRandomize has the URLs tried in their order. Default: in any.
	NoRandomize bool
	// IgnoreDiscovered: the addresses that a hub tells of its cluster are not tried.
	IgnoreDiscovered bool
	// JetStreamDomain is the domain of the hub's JetStream, as whose API clients find the usual one. Default: what
	// the hub says. [NoDomain] maps nothing.
	JetStreamDomain string

	// Isolate asks the hub not to tell what other leaf nodes want, so that nothing is sent that only they do. Apart is the
	// other side of that: the hub is not told what leaf nodes of this broker want.
	Isolate, Apart bool
	// Compression and RTTThresholds are as those of [LeafPort].
	Compression   string
	RTTThresholds []time.Duration

	// Hub: this broker is the hub, although it dials, and the server there is the leaf node. What it has of JetStream is asked for by
	// the name of its domain.
	Hub bool

	// Engine: the hub stores for this broker: see [Config.OwnStreams].
	Engine bool
}

// NoDomain is the JetStreamDomain of a remote whose subjects are not mapped.
const NoDomain = uplink.NoDomain

// AccountName is the local account, the default filled in.
func (r *Remote) AccountName() string { return cmp.Or(r.Account, globalAccount) }

// Names tell the remotes apart, the defaults filled in.
func (l *LeafNodes) Names() (names []string) {
	of := make(map[string]int)
	for i := range l.Remotes {
		r := &l.Remotes[i]
		name := r.AccountName()
		if of[name]++; of[name] > 1 {
			name += "-" + strconv.Itoa(of[name])
		}
		names = append(names, cmp.Or(r.Name, name))
	}
	return names
}

// Validate reports what is wrong with the remotes but for the accounts that they name.
func (l *LeafNodes) Validate() error { return l.ValidateWith(func(string) bool { return true }) }

// ValidateWith also looks whether there are the accounts that the remotes name.
func (l *LeafNodes) ValidateWith(hasAccount func(name string) bool) error {
	var errs []error
	taken := make(map[string]bool)
	for i, name := range l.Names() {
		r := &l.Remotes[i]
		wrong := func(format string, args ...any) {
			errs = append(errs, fmt.Errorf("leafnodes: remote %q: "+format, append([]any{name}, args...)...))
		}
		if err := r.Validate(); err != nil {
			errs = append(errs, err)
		}
		if taken[name] {
			wrong("there is another one of this name")
		}
		if !hasAccount(r.AccountName()) {
			wrong("there is no account %q", r.AccountName())
		}
		taken[name] = true
	}
	if l.Listen != nil {
		errs = append(errs, l.Listen.Validate())
	}
	if l.PingInterval < 0 {
		errs = append(errs, fmt.Errorf("leafnodes: ping_interval %s is negative", l.PingInterval))
	}
	return errors.Join(errs...)
}

// WithoutSecrets is the same, as far as it may be shown.
func (l *LeafNodes) WithoutSecrets() *LeafNodes {
	shown := &LeafNodes{Remotes: slices.Clone(l.Remotes)}
	if l.Listen != nil {
		shown.Listen = l.Listen.withoutSecrets()
	}
	for i := range shown.Remotes {
		r := &shown.Remotes[i]
		r.Password, r.Token, r.NKey, r.URLs, r.Proxy = "", "", "", slices.Clone(r.URLs), r.Proxy.withoutSecrets()
		for n, text := range r.URLs {
			r.URLs[n] = ""
			if u, err := uplink.ParseURL(text); err == nil {
				u.User = nil
				r.URLs[n] = u.String()
			}
		}
	}
	return shown
}

// Validate reports what is wrong with a remote by itself.
func (r *Remote) Validate() error {
	var errs []error
	wrong := func(format string, args ...any) {
		errs = append(errs, fmt.Errorf("leafnodes: remote %q: "+format, append([]any{cmp.Or(r.Name, r.AccountName())}, args...)...))
	}
	if len(r.URLs) == 0 {
		wrong("there is no URL")
	}
	web := 0
	for i, text := range r.URLs {
		u, err := uplink.ParseURL(text)
		if err != nil {
			wrong("URL %d: %w", i+1, err) // what is wrong with it may be what is secret in it
		} else if strings.HasPrefix(u.Scheme, "ws") {
			web++
		}
	}
	if web > 0 && web < len(r.URLs) {
		wrong("remote leaf node configuration cannot have a mix of websocket and non-websocket urls")
	}
	for _, pattern := range slices.Concat(r.DenyImports, r.DenyExports) {
		if !topics.ValidPattern(pattern) {
			wrong("%q is not a subject", pattern)
		}
	}
	if r.Credentials != "" && r.NKey != "" {
		wrong("set credentials or nkey, not both")
	}
	if r.NKey != "" {
		if _, err := nkeys.FromSeed([]byte(r.NKey)); err != nil {
			wrong("the nkey is no seed")
		}
	}
	if err := checkCompression(r.Compression, r.RTTThresholds); err != nil {
		wrong("%w", err)
	}
	if err := r.Proxy.check(web > 0); err != nil {
		wrong("%w", err)
	}
	if t := r.TLS; t != nil {
		if _, err := t.Load(""); err != nil {
			wrong("%w", err)
		}
	}
	return errors.Join(errs...)
}
