package config

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/troupe-mq/troupe/actors/access"
	"github.com/troupe-mq/troupe/actors/internal/compression"
	"github.com/troupe-mq/troupe/actors/internal/members"
	"github.com/troupe-mq/troupe/actors/internal/transport"
	"github.com/troupe-mq/troupe/topics"
)

// Cluster is how the broker is one of several that act as one: clients may connect to any of them, and to another one when
// theirs is gone. Its name is Config.ClusterName. Without one a name is made up, or that of the other servers is taken over.
type Cluster struct {
	// Host and Port are the address for routes, which servers of the cluster make to each other. Port 0 means 6222, and -1
	// any free port. Default of Host: 0.0.0.0.
	Host string
	Port int
	// Advertise is the host:port by which other servers reach this one, where that is another address.
	Advertise string
	// Routes are the addresses of other servers: nats-route://host:port, or host:port. One that is this broker's own is left
	// alone. The broker tries to have a route to each for as long as it runs, and to those that they know.
	Routes []string
	// User and Password are what other servers must say, and what this one says where a URL of Routes says nothing else.
	// Password may be a bcrypt hash: then the URLs must have the password.
	User, Password string
	// AuthTimeout is how long a server may take to say who it is. Default 2s.
	AuthTimeout time.Duration
	// TLS encrypts routes: each server shows a certificate to the other. Nil: they are in clear text.
	TLS *ClusterTLS
	// NoAdvertise: clients are not told where the other servers are.
	NoAdvertise bool
	// PoolSize is how many connections a route is, among which accounts are divided by their names: so one that has much to say
	// holds up fewer others. Other servers may have another size, or none. Default 3; -1 is one connection for all accounts.
	PoolSize int
	// Accounts have connections of their own. Other servers have to name them as well. The system account always has one.
	Accounts []string
	// Compression is whether what routes carry is compressed: "off", "accept" if the other server wants to, "s2_fast", "s2_better",
	// "s2_best", or "s2_auto" as the round trip suggests. RTTThresholds are up to which round trips that is not at all, fast and
	// better. Default: "accept"; 10ms, 50ms and 100ms.
	Compression   string
	RTTThresholds []time.Duration
	// ConnectRetries is how often an address that another server has told is tried again. Those of Routes are tried for ever.
	ConnectRetries int
	// ConnectBackoff has the time between attempts grow to 30s. Default: to 1s.
	ConnectBackoff bool
	// PingInterval is the time between PINGs to a silent server. Default 5s.
	PingInterval time.Duration
	// Import is what this server takes from others and tells them that it wants, Export what it gives to them. Nil: everything.
	Import, Export *access.Rules
}

// DefaultPoolSize is how many connections a route is.
const DefaultPoolSize = 3

// DefaultClusterPort is where servers listen for routes.
const DefaultClusterPort = members.DefaultPort

// Validate reports what is wrong.
func (c *Cluster) Validate() error {
	var errs []error
	wrong := func(format string, args ...any) { errs = append(errs, fmt.Errorf("cluster: "+format, args...)) }
	if c.Port < -1 || c.Port > 65535 {
		wrong("port %d is not in -1..65535", c.Port)
	}
	if c.Advertise != "" {
		if _, _, err := transport.SplitAdvertise(c.Advertise); err != nil {
			wrong("advertise %q is not host:port", c.Advertise)
		}
	}
	for i, text := range c.Routes {
		if _, err := members.ParseURL(text); err != nil {
			wrong("route %d: %w", i+1, err) // what is wrong with it may be what is secret in it
		}
	}
	if c.Password != "" && c.User == "" {
		wrong("authorization: there is a password and no user")
	}
	if err := access.CheckSecret(c.Password); err != nil {
		wrong("authorization: %w", err)
	}
	if c.PoolSize < -1 || c.PoolSize > members.MostPool {
		wrong("pool_size %d is not in -1..%d", c.PoolSize, members.MostPool)
	}
	if c.PoolSize < 0 && len(c.Accounts) > 0 {
		wrong("accounts can have connections of their own only where there is a pool")
	}
	if err := checkCompression(c.Compression, c.RTTThresholds); err != nil {
		wrong("%w", err)
	}
	if c.ConnectRetries < 0 || c.AuthTimeout < 0 || c.PingInterval < 0 {
		wrong("a number is negative")
	}
	for _, r := range []*access.Rules{c.Import, c.Export} {
		if r == nil {
			continue
		}
		for _, pattern := range slices.Concat(r.Allow, r.Deny) {
			if !topics.ValidPattern(pattern) {
				wrong("permissions: %q is not a subject", pattern)
			}
		}
	}
	if c.TLS != nil {
		if _, err := c.TLS.Server(); err != nil {
			wrong("%w", err)
		}
	}
	return errors.Join(errs...)
}

// checkCompression reports what is wrong with how links are to be compressed.
func checkCompression(mode string, thresholds []time.Duration) error {
	_, err := compression.Parse(mode)
	if err = cmp.Or(err, compression.Thresholds(thresholds).Check()); err != nil {
		return fmt.Errorf("compression: %w", err)
	}
	return nil
}

// withDefaults is the same with its defaults filled in.
func (c *Cluster) withDefaults() *Cluster {
	d := *c
	d.Host = cmp.Or(d.Host, "0.0.0.0")
	d.Port = cmp.Or(d.Port, DefaultClusterPort)
	d.Compression = cmp.Or(d.Compression, string(compression.Accept))
	d.PoolSize = cmp.Or(d.PoolSize, DefaultPoolSize)
	d.AuthTimeout = cmp.Or(d.AuthTimeout, DefaultAuthTimeout)
	return &d
}

// WithoutSecrets is the same, as far as it may be shown.
func (c *Cluster) WithoutSecrets() *Cluster {
	shown := *c
	shown.Password, shown.Routes = "", nil
	for _, text := range c.Routes {
		if u, err := members.ParseURL(text); err == nil {
			u.User = nil
			shown.Routes = append(shown.Routes, u.String())
		}
	}
	return &shown
}

// sameAddress reports whether a reload leaves the address for routes as it is.
func (c *Cluster) sameAddress(o *Cluster) bool {
	return (c == nil) == (o == nil) && (c == nil || c.Host == o.Host && c.Port == o.Port)
}
