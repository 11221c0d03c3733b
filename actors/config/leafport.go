package config

import (
	"cmp"
	"errors"
	"fmt"
	"time"

	"github.com/troupe-mq/troupe/actors/access"
	"github.com/troupe-mq/troupe/actors/internal/compression"
	"github.com/troupe-mq/troupe/actors/internal/spokes"
	"github.com/troupe-mq/troupe/actors/internal/transport"
)

// LeafPort is where other servers come in as leaf nodes of this broker: what is published in an account here reaches those
// who want it there, and the other way round.
type LeafPort struct {
	// Host and Port are the address. Port 0 means 7422, and -1 any free port. Default of Host: 0.0.0.0.
	Host string
	Port int
	// Advertise is the host:port by which leaf nodes reach this broker, where that is another address.
	Advertise string
	// NoAdvertise: leaf nodes are not told where else they can come in.
	NoAdvertise bool
	// Users are the servers that may come, and the account that each is in. None: whoever may come as a client may come as
	// a leaf node, in the account of the user that it says it is.
	Users []access.LeafUser
	// Account is that of all who come, where nobody needs credentials. Default: the global one.
	Account string
	// AuthTimeout is how long a server may take to say who it is. Default 2s.
	AuthTimeout time.Duration
	// TLS encrypts the links. Nil: they are in clear text.
	TLS *TLS
	// MinVersion is the oldest version of NATS that a leaf node may be of, such as 2.10.0. Empty: any.
	MinVersion string
	// Compression is whether what links carry is compressed, if a leaf node can: "off", "accept" if it wants to, "s2_fast",
	// "s2_better", "s2_best", or "s2_auto" as the round trip suggests. RTTThresholds are up to which round trips that is not at all,
	// fast and better. Default: "s2_auto"; 10ms, 50ms and 100ms.
	Compression   string
	RTTThresholds []time.Duration
	// Isolate: a leaf node is not told what other leaf nodes want, and so sends them nothing that nobody here wants.
	Isolate bool
}

// DefaultLeafPort is where leaf nodes come in.
const DefaultLeafPort = 7422

// DefaultLeafCompression is how links to hubs and to leaf nodes are compressed.
const DefaultLeafCompression = string(compression.Auto)

// Validate reports what is wrong by itself; the accounts and the users are the business of a policy.
func (p *LeafPort) Validate() error {
	var errs []error
	wrong := func(format string, args ...any) { errs = append(errs, fmt.Errorf("leafnodes: "+format, args...)) }
	if p.Port < -1 || p.Port > 65535 {
		wrong("port %d is not in -1..65535", p.Port)
	}
	if p.Advertise != "" {
		if _, _, err := transport.SplitAdvertise(p.Advertise); err != nil {
			wrong("advertise %q is not host:port", p.Advertise)
		}
	}
	if p.AuthTimeout < 0 {
		wrong("authorization: the timeout is negative")
	}
	if p.MinVersion != "" {
		switch v, ok := spokes.ParseVersion(p.MinVersion); {
		case !ok:
			wrong("min_version %q is not like 2.10.0", p.MinVersion)
		case v.Before(spokes.Oldest):
			wrong("the minimum version should be at least %s", spokes.Oldest)
		}
	}
	if err := checkCompression(p.Compression, p.RTTThresholds); err != nil {
		wrong("%w", err)
	}
	if p.TLS != nil {
		if err := p.TLS.Validate(); err != nil {
			wrong("%w", err)
		}
	}
	return errors.Join(errs...)
}

// withDefaults is the same with its defaults filled in.
func (p *LeafPort) withDefaults() *LeafPort {
	d := *p
	d.Host = cmp.Or(d.Host, "0.0.0.0")
	d.Port = cmp.Or(d.Port, DefaultLeafPort)
	d.Compression = cmp.Or(d.Compression, DefaultLeafCompression)
	d.AuthTimeout = cmp.Or(d.AuthTimeout, DefaultAuthTimeout)
	return &d
}

// withoutSecrets is the same, as far as it may be shown.
func (p *LeafPort) withoutSecrets() *LeafPort {
	shown := *p
	shown.Users = nil
	for _, u := range p.Users {
		u.Password = ""
		shown.Users = append(shown.Users, u)
	}
	return &shown
}

// door is who may come in.
func (p *LeafPort) door() access.LeafDoor {
	if p == nil {
		return access.LeafDoor{}
	}
	return access.LeafDoor{Users: p.Users, Account: p.Account}
}

// port is where leaf nodes come in, nil if none may.
func (l *LeafNodes) port() *LeafPort {
	if l == nil {
		return nil
	}
	return l.Listen
}
