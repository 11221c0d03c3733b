package actors

import (
	"time"

	"github.com/troupe-mq/troupe/actors/access"
)

// settings are what may change while the broker runs. The value is never changed
// itself: a reload puts another one in its place, all at once, and whoever needs
// something of it reads it anew.
type settings struct {
	config Config // with its defaults
	gate   *access.Gate
	// accounts are those that the gate lets clients into.
	accounts *accounts
	// left is what operators have signed and is not in force, and until when the rest
	// is as it is; zero is for ever.
	left  []error
	until time.Time
}

// newSettings makes the settings of a configuration that is valid; before are
// those in force, nil at the start.
func newSettings(config *Config, before *settings, now time.Time) (*settings, error) {
	s := &settings{config: config.withDefaults()}
	policy, authority, err := s.config.policy(now)
	if err != nil {
		return nil, err
	}
	if s.gate, err = access.New(policy); err != nil {
		return nil, err
	}
	if authority != nil {
		s.left, s.until = authority.Left(), authority.Until()
	}
	if before == nil {
		s.accounts = newAccounts(&policy, nil)
		return s, nil
	}
	s.gate.Follow(before.gate)
	s.accounts = newAccounts(&policy, before.accounts)
	return s, nil
}

// config is the configuration in force.
func (h *hub) config() *Config { return &h.settings.Load().config }

// gate says who may come in now.
func (h *hub) gate() *access.Gate { return h.settings.Load().gate }

// accounts are all that there are now.
func (h *hub) accounts() *accounts { return h.settings.Load().accounts }
