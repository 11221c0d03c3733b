package actors

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/nats-io/nkeys"

	"github.com/troupe-mq/troupe/actors/internal/peer"
	"github.com/troupe-mq/troupe/actors/internal/uplink"
	"github.com/troupe-mq/troupe/topics"
)

// LeafNodes is how the broker is a leaf node of other servers.
type LeafNodes struct {
	// Remotes are the hubs. An account has a link to one of them at most.
	Remotes []Remote
}

// Remote is a hub, or a cluster of hubs, that one account is linked to: what is published in the account reaches
// those who want it there, and the other way round. The broker tries to have the link for as long as it runs.
type Remote struct {
	// Name tells remotes apart. Default: the name of the account.
	Name string
	// URLs are the addresses of the hub: nats-leaf://host:port, tls://host:port or host:port. The default port is
	// 7422. A user and a password, or a token, may stand in front of the host.
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
}

// NoDomain is the JetStreamDomain of a remote whose subjects are not mapped.
const NoDomain = uplink.NoDomain

// RemoteTLS is how a link is encrypted. The files are read for each attempt.
type RemoteTLS struct {
	// CertFile and KeyFile are the certificate and the key that the broker shows, in PEM. Empty: it shows none.
	CertFile, KeyFile string
	// CAFile has the certificates of authorities that may sign the hub's certificate, in PEM. Default: those that
	// the system trusts.
	CAFile string
	// ServerName is the host that the hub's certificate is for. Default: the one in the URL.
	ServerName string
	// Insecure takes any certificate from the hub.
	Insecure bool
	// HandshakeFirst has the handshake before the hub's INFO.
	HandshakeFirst bool
	// Timeout is how long the handshake may take. Default 5s.
	Timeout time.Duration
}

// Hub is what a hub says about itself.
type Hub struct {
	ID, Name, Version string
	JetStream         bool
	Domain            string // of its JetStream
	MaxPayload        int    // bytes
}

// LinkEvent is a link that has come or gone.
type LinkEvent struct {
	Owner   string // "config" for a remote of Config
	Remote  string // its name
	Account string // the local one
	Up      bool   // messages pass, and what each side wants is known to the other
	Hub     Hub    // if it is up
	Err     error  // why it is not up; nil if the remote was removed
}

// configOwner is who owns the remotes of Config.
const configOwner = "config"

// ApplyRemotes puts the remotes of an owner, who is not "config", in the place of those that it had. A remote that is
// there again, and the same, keeps its link. The error says what is wrong with them; then nothing has changed.
func (b *Broker) ApplyRemotes(owner string, remotes []Remote) error {
	if owner == configOwner {
		return fmt.Errorf("troupe: the remotes of %q are those of Config", owner)
	}
	l := LeafNodes{Remotes: remotes}
	if err := l.validate(b.hasAccount); err != nil {
		return err
	}
	b.links.Apply(owner, l.uplinks())
	return nil
}

// WatchLinks calls watch with each link that comes or goes. It is called by actors: it must not block.
func (b *Broker) WatchLinks(watch func(LinkEvent)) {
	b.links.Watch(func(e uplink.Event) {
		watch(LinkEvent{Owner: e.Owner, Remote: e.Name, Account: e.Account, Up: e.Up, Hub: hubOf(&e.Hub), Err: e.Err})
	})
}

func hubOf(s *peer.Server) Hub {
	return Hub{ID: s.ID, Name: s.Name, Version: s.Version, JetStream: s.JetStream, Domain: s.Domain, MaxPayload: s.MaxPayload}
}

// WatchConsumers calls watch with each request about a consumer of a stream that goes over a link which is made from now
// on: $JS.API.CONSUMER. and what follows, as the client has published it. It is called by the connection that publishes:
// it must not block, and must copy what it keeps.
func (b *Broker) WatchConsumers(watch func(account string, subject, reply, body []byte)) {
	b.links.WatchConsumers(watch)
}

// uplinks are the remotes as package uplink wants them.
func (l *LeafNodes) uplinks() []*uplink.Remote {
	if l == nil {
		return nil
	}
	all := make([]*uplink.Remote, 0, len(l.Remotes))
	for i := range l.Remotes {
		r := &l.Remotes[i]
		u := &uplink.Remote{
			Name: r.name(), Account: r.account(), URLs: slices.Clone(r.URLs),
			User: r.User, Password: r.Password, Token: r.Token, NKey: r.NKey, Credentials: r.Credentials,
			DenyImports: slices.Clone(r.DenyImports), DenyExports: slices.Clone(r.DenyExports),
			NoRandomize: r.NoRandomize, IgnoreDiscovered: r.IgnoreDiscovered, Domain: r.JetStreamDomain,
		}
		if t := r.TLS; t != nil {
			u.TLS = t.uplink()
		}
		all = append(all, u)
	}
	return all
}

func (t *RemoteTLS) uplink() *uplink.TLS {
	return &uplink.TLS{
		CertFile: t.CertFile, KeyFile: t.KeyFile, CAFile: t.CAFile, ServerName: t.ServerName,
		Insecure: t.Insecure, First: t.HandshakeFirst, Timeout: t.Timeout,
	}
}

func (r *Remote) account() string { return cmp.Or(r.Account, globalAccount) }

func (r *Remote) name() string { return cmp.Or(r.Name, r.account()) }

// Validate reports what is wrong with the remotes but for the accounts that they name.
func (l *LeafNodes) Validate() error { return l.validate(func(string) bool { return true }) }

func (l *LeafNodes) validate(hasAccount func(name string) bool) error {
	var errs []error
	names, accounts := make(map[string]bool), make(map[string]bool)
	for i := range l.Remotes {
		r := &l.Remotes[i]
		wrong := func(format string, args ...any) {
			errs = append(errs, fmt.Errorf("leafnodes: remote %q: "+format, append([]any{r.name()}, args...)...))
		}
		if err := r.Validate(); err != nil {
			errs = append(errs, err)
		}
		if accounts[r.account()] {
			wrong("account %q has another remote already", r.account())
		} else if names[r.name()] {
			wrong("there is another one of this name")
		}
		if !hasAccount(r.account()) {
			wrong("there is no account %q", r.account())
		}
		names[r.name()], accounts[r.account()] = true, true
	}
	return errors.Join(errs...)
}

// withoutSecrets is the same, as far as it may be shown.
func (l *LeafNodes) withoutSecrets() *LeafNodes {
	shown := &LeafNodes{Remotes: slices.Clone(l.Remotes)}
	for i := range shown.Remotes {
		r := &shown.Remotes[i]
		r.Password, r.Token, r.NKey, r.URLs = "", "", "", slices.Clone(r.URLs)
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
		errs = append(errs, fmt.Errorf("leafnodes: remote %q: "+format, append([]any{r.name()}, args...)...))
	}
	if len(r.URLs) == 0 {
		wrong("there is no URL")
	}
	for i, text := range r.URLs {
		if _, err := uplink.ParseURL(text); err != nil {
			wrong("URL %d: %w", i+1, err) // what is wrong with it may be what is secret in it
		}
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
	if t := r.TLS; t != nil {
		if t.Timeout < 0 {
			wrong("tls: timeout %s is negative", t.Timeout)
		}
		if _, err := t.uplink().Load(""); err != nil {
			wrong("%w", err)
		}
	}
	return errors.Join(errs...)
}
