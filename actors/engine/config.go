package engine

import (
	"cmp"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/troupe-mq/troupe/actors"
)

// Config is what can be set about an engine. The zero value of a field means its default.
type Config struct {
	// Path is the program. Default: it is looked for, see the package.
	Path string
	// StoreDir is the folder of all that is stored. It is made if it is not there. Default: troupe in the folder
	// for temporary files, which may not outlive the machine.
	StoreDir string
	// Domain is the JetStream domain. Clients need not know it. Default: none.
	Domain string
	// Limits and the like are further keys of the jetstream block of a nats-server, which is handed on: the values are
	// text, bool, int64, float64, []any and map[string]any. Keys that this package sets itself are refused.
	Settings map[string]any
	// MQTT is the listener for clients that speak MQTT; nil: there is none.
	MQTT *MQTT
	// Patience is how long the start of the broker waits for the engine, before it lets clients in without it. What
	// is stored is read meanwhile. Default 30s.
	Patience time.Duration
}

// MQTT is the listener for clients that speak MQTT. The engine serves them, with the users of the broker.
type MQTT struct {
	// Host and Port are the address. Default: 0.0.0.0, and 1883. Port -1 is any free port.
	Host string
	Port int
	// NoAuthUser is the name of the user that clients are who present nothing. Default: that of the broker.
	NoAuthUser string
	// TLS encrypts the connections; nil: they are in clear text. Certificates must be in files.
	TLS *actors.TLS
	// Settings are further keys of the mqtt block of a nats-server, which is handed on.
	Settings map[string]any
}

// The defaults.
const (
	DefaultPatience = 30 * time.Second
	DefaultMQTTPort = 1883
)

// DefaultStoreDir is the folder of what is stored, where no other is set.
func DefaultStoreDir() string { return filepath.Join(os.TempDir(), "troupe") }

// Validate reports what is wrong, all of it at once.
func (c *Config) Validate() error {
	var errs []error
	for key := range c.Settings {
		if reserved[strings.ToLower(key)] {
			errs = append(errs, fmt.Errorf("jetstream: %q has a field of its own", key))
		}
	}
	if strings.ContainsAny(c.Domain, " \t\r\n.*>") {
		errs = append(errs, fmt.Errorf("jetstream: a domain is a word without blanks, dots and wildcards: %q", c.Domain))
	}
	if m := c.MQTT; m != nil {
		errs = append(errs, m.validate())
	}
	return errors.Join(errs...)
}

func (m *MQTT) validate() error {
	switch {
	case m.Port < -1 || m.Port > 65535:
		return fmt.Errorf("mqtt: port %d is not in -1..65535", m.Port)
	case m.TLS == nil:
		return nil
	case m.TLS.CertFile == "" || m.TLS.KeyFile == "":
		return errors.New("mqtt: tls needs a cert_file and a key_file")
	}
	if err := m.TLS.Validate(); err != nil {
		return fmt.Errorf("mqtt: %w", err)
	}
	return nil
}

// reserved are the keys of the jetstream block that this package sets.
var reserved = map[string]bool{
	"domain": true, "store_dir": true, "storedir": true, "store": true, "enable": true, "enabled": true,
}

// withDefaults returns a copy in which nothing is left open.
func (c *Config) withDefaults() Config {
	d := *c
	d.StoreDir = cmp.Or(d.StoreDir, DefaultStoreDir())
	d.Patience = cmp.Or(d.Patience, DefaultPatience)
	if d.MQTT != nil {
		m := *d.MQTT
		m.Host = cmp.Or(m.Host, "0.0.0.0")
		m.Port = cmp.Or(m.Port, DefaultMQTTPort)
		d.MQTT = &m
	}
	return d
}
