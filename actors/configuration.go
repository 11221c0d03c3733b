package actors

import (
	"time"

	"github.com/troupe-mq/troupe/actors/access"
	"github.com/troupe-mq/troupe/actors/access/proxies"
	"github.com/troupe-mq/troupe/actors/config"
	"github.com/troupe-mq/troupe/actors/internal/account"
	"github.com/troupe-mq/troupe/actors/internal/listener"
	"github.com/troupe-mq/troupe/actors/internal/settings"
	"github.com/troupe-mq/troupe/actors/internal/wiring"
)

// The configuration, as package config has it.
type (
	// Config is everything that can be set about a broker. See [config.Config] for its fields.
	Config = config.Config
	// TLS is how the connections of a listener are encrypted. See [config.TLS].
	TLS = config.TLS
	// WebSocket is the listener for clients in browsers. See [config.WebSocket].
	WebSocket = config.WebSocket
	// LeafNodes are the links to other servers, and Remote is one of them. See [config.LeafNodes].
	LeafNodes = config.LeafNodes
	// LeafPort is where other servers come in as leaf nodes. See [config.LeafPort].
	LeafPort = config.LeafPort
	// Cluster is how the broker is one of several that act as one. See [config.Cluster].
	Cluster = config.Cluster
	// Remote is a hub, or a cluster of hubs, that one account is linked to. See [config.Remote].
	Remote = config.Remote
)

// configuration is a Config in force, and what follows from it. It is never changed:
// a reload puts another one in its place.
type configuration struct {
	config   Config // with its defaults
	settings *settings.Settings
	// left is what operators have signed and is not in force, and until when the rest
	// is as it is; zero is for ever.
	left  []error
	until time.Time
}

// newConfiguration makes one of a Config that is valid; before is the one in force,
// nil at the start.
func newConfiguration(config *Config, before *configuration, now time.Time) (*configuration, error) {
	c := &configuration{config: config.WithDefaults()}
	policy, authority, err := c.config.Policy(now)
	if err != nil {
		return nil, err
	}
	gate, err := access.New(policy)
	if err != nil {
		return nil, err
	}
	trusted, err := proxies.New(c.config.TrustedProxies)
	if err != nil {
		return nil, err
	}
	if authority != nil {
		c.left, c.until = authority.Left(), authority.Until()
	}
	var known *account.Set
	if before != nil {
		gate.Follow(before.settings.Gate)
		known = before.settings.Accounts
	}
	c.settings = &settings.Settings{Values: wiring.Values(&c.config), Policy: &policy, Gate: gate, Accounts: account.NewSet(&policy, known), Proxies: trusted}
	return c, nil
}

// config is the Config in force.
func (b *Broker) config() *Config { return &b.inForce.Load().config }

// putInForce replaces it.
func (b *Broker) putInForce(c *configuration) {
	b.inForce.Store(c)
	b.settings.Store(c.settings)
	b.watchers.tell()
}

// warnOfDescriptors logs that fewer clients may come in than is configured. Where nothing is, what the limit of
// open files leaves is as good a default as any.
func (b *Broker) warnOfDescriptors(configured int) {
	if have, descriptors := listener.Places(configured); have < configured {
		b.host.Logger.Warn("the limit of open files is too low for max_connections", "max_connections", configured,
			"open files", descriptors, "clients that may connect", have)
	}
}
