package actors

import (
	"time"

	"github.com/troupe-mq/troupe/actors/access"
	"github.com/troupe-mq/troupe/actors/internal/account"
	"github.com/troupe-mq/troupe/actors/internal/settings"
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
	c := &configuration{config: config.withDefaults()}
	policy, authority, err := c.config.policy(now)
	if err != nil {
		return nil, err
	}
	gate, err := access.New(policy)
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
	c.settings = &settings.Settings{Values: c.config.values(), Policy: &policy, Gate: gate, Accounts: account.NewSet(&policy, known)}
	return c, nil
}

// values are the plain settings of a Config whose defaults are filled in.
func (c *Config) values() settings.Values {
	return settings.Values{
		Version: c.Version,

		MaxControlLine:   c.MaxControlLine,
		MaxPayload:       c.MaxPayload,
		MaxPending:       c.MaxPending,
		MaxConnections:   places(c.MaxConnections, descriptors()),
		MaxSubscriptions: c.MaxSubscriptions,
		MaxSubTokens:     c.MaxSubTokens,
		MaxClosedClients: c.MaxClosedClients,

		AuthTimeout:   c.AuthTimeout,
		WriteDeadline: c.WriteDeadline,
		PingInterval:  c.PingInterval,
		WebPing:       c.webPing(),
		PingMax:       c.PingMax,

		Overrun:          string(c.Overrun),
		NoHeaders:        c.NoHeaders,
		Explain:          c.Explain,
		Trace:            c.Trace,
		MaxTracedMessage: c.MaxTracedMessage,
	}
}

// config is the Config in force.
func (b *Broker) config() *Config { return &b.inForce.Load().config }

// putInForce replaces it.
func (b *Broker) putInForce(c *configuration) {
	b.inForce.Store(c)
	b.settings.Store(c.settings)
}
