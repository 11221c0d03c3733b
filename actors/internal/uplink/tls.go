package uplink

import (
	"crypto/tls"
	"reflect"
	"time"
)

// TLS is how the link to a hub is encrypted.
type TLS struct {
	Files   Files // loaded for each attempt, so that new ones are used by the next
	First   bool  // the handshake comes before anything else
	Timeout time.Duration
}

// Files are what the configuration for a hub at a host is made of. The error says what is wrong with them.
type Files interface {
	Load(host string) (*tls.Config, error)
}

// same reports whether two are, of which each may be nil.
func (t *TLS) same(o *TLS) bool { return t == o || t != nil && o != nil && reflect.DeepEqual(*t, *o) }

// first reports whether the handshake comes before anything else.
func (t *TLS) first() bool { return t != nil && t.First }

// load is the configuration for a hub at a host. Without a TLS the hub is believed by the system's authorities.
func (t *TLS) load(host string) (*tls.Config, error) {
	if t == nil {
		return &tls.Config{MinVersion: tls.VersionTLS12, ServerName: host}, nil
	}
	return t.Files.Load(host)
}
