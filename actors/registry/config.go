package registry

import (
	"errors"
	"fmt"
	"net/url"
	"strings"
	"time"
)

// Config is where accounts come from.
type Config struct {
	// Type is what it is.
	Type Type
	// Dir is the directory, for Full and Cache.
	Dir string
	// URL is the server that is asked for URL + account, for Remote.
	URL string
	// AllowDelete lets an operator delete accounts, for Full; HardDelete deletes their
	// files too, which are only renamed otherwise.
	AllowDelete, HardDelete bool
	// Limit is how many accounts there may be in the directory. Default: a million for Full,
	// 1,000 for Cache, where the oldest file makes room.
	Limit int
	// TTL is how long a Cache believes a file. Default: for ever.
	TTL time.Duration
	// Timeout bounds a question to a server, or to others in the system account. Default 2s.
	Timeout time.Duration
}

// Type is a kind of source.
type Type uint8

// The types.
const (
	Full   Type = iota // a directory that has all accounts
	Cache              // a directory that has some: others are asked for in the system account
	Remote             // a server
)

const (
	defaultTimeout = 2 * time.Second
	mostAccounts   = 1_000_000
	mostCached     = 1000
)

// withDefaults fills in what is left open.
func (c Config) withDefaults() Config {
	if c.Timeout <= 0 {
		c.Timeout = defaultTimeout
	}
	if c.Limit <= 0 {
		c.Limit = mostAccounts
		if c.Type == Cache {
			c.Limit = mostCached
		}
	}
	if c.Type == Remote && !strings.HasSuffix(c.URL, "/") {
		c.URL += "/"
	}
	return c
}

// Validate reports what is wrong.
func (c *Config) Validate() error {
	switch {
	case c.Type == Remote:
		u, err := url.Parse(c.URL)
		if err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Host == "" {
			return errors.New("resolver: the URL needs to be one of http or https") // not quoted: it may have a password
		}
	case c.Dir == "":
		return errors.New("resolver: a directory is needed: dir")
	case c.Type == Cache && (c.AllowDelete || c.HardDelete):
		return errors.New("resolver: a cache has no allow_delete and no hard_delete")
	case c.Type == Full && c.TTL != 0:
		return errors.New("resolver: a full directory has no ttl")
	case c.HardDelete && !c.AllowDelete:
		return errors.New("resolver: hard_delete needs allow_delete")
	case c.Limit < 0:
		return fmt.Errorf("resolver: limit %d is negative", c.Limit)
	}
	return nil
}
