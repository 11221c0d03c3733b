package actors

import "github.com/troupe-mq/troupe/actors/access"

// settings are what may change while the broker runs. The value is never changed
// itself: a reload puts another one in its place, all at once, and whoever needs
// something of it reads it anew.
type settings struct {
	config Config // with its defaults
	gate   *access.Gate
	// accounts are those that the gate lets clients into.
	accounts *accounts
}

// config is the configuration in force.
func (h *hub) config() *Config { return &h.settings.Load().config }

// gate says who may come in now.
func (h *hub) gate() *access.Gate { return h.settings.Load().gate }

// accounts are all that there are now.
func (h *hub) accounts() *accounts { return h.settings.Load().accounts }
