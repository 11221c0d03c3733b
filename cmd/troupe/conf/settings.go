package conf

import (
	"cmp"
	"crypto/tls"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/troupe-mq/troupe/actors"
	"github.com/troupe-mq/troupe/actors/audit"
	"github.com/troupe-mq/troupe/actors/audit/republish"
	"github.com/troupe-mq/troupe/actors/engine"
	"github.com/troupe-mq/troupe/actors/monitor"
	"github.com/troupe-mq/troupe/actors/profile"
	"github.com/troupe-mq/troupe/actors/registry"
	"github.com/troupe-mq/troupe/cmd/troupe/logging"
)

// Settings is all that can be set about the process.
type Settings struct {
	// Broker is the broker's own part.
	Broker actors.Config
	// Monitor is the HTTP monitoring; Port 0 leaves it out, and an empty Host is
	// that of the broker. Read it by Monitoring.
	Monitor monitor.Config
	// HTTPSPort is in place of Monitor.Port where the monitoring is encrypted, with
	// the certificate of the broker.
	HTTPSPort int
	// NoUI leaves out the page that the monitoring shows to browsers.
	NoUI bool
	// Profile is the port for profiles; Port 0 leaves it out.
	Profile profile.Config
	// Log says what is logged, and where to.
	Log logging.Options
	// Audit is the audit log; nil: there is none. It may be without a file where
	// there is a Republish.
	Audit *audit.Config
	// Republish is the audit by messages, with the subjects and payloads of Audit;
	// nil: there is none.
	Republish *republish.Config
	// Extensions are the blocks of extensions. Put them there before a file is read.
	Extensions Blocks
	// Resolver is where accounts come from that an operator has signed; nil: they are all in
	// Broker.
	Resolver *registry.Config
	// ResolverTLS is how a server of accounts is asked by https; nil: as the system does.
	ResolverTLS *tls.Config
	// JetStream is whether there is an engine, which stores what is to be stored.
	JetStream bool
	// Engine is the engine's part.
	Engine engine.Config
	// PidFile is where the process id is written; empty: nowhere.
	PidFile string
	// PortsFileDir is the folder of the ports file; empty: none is written.
	PortsFileDir string
}

// Default is what holds when nothing is set. The broker's own defaults are left
// to it.
func Default() *Settings {
	return &Settings{Log: logging.Options{Time: true}}
}

// Monitoring is the monitoring's part in full, and whether there is to be one.
func (s *Settings) Monitoring() (c monitor.Config, on bool) {
	c = s.Monitor
	c.Host = cmp.Or(c.Host, s.Broker.Host)
	c.Port = cmp.Or(c.Port, s.HTTPSPort)
	return c, c.Port != 0
}

// Validate reports what is wrong with the settings as a whole, all of it at once.
func (s *Settings) Validate() error {
	err := errors.Join(s.Broker.Validate(), s.Profile.Validate(), s.Extensions.Validate(), s.checkStorage())
	if s.Republish != nil {
		err = errors.Join(err, s.Republish.Validate())
		if s.Broker.NoSystemAccount && s.Republish.Account == "" && s.Republish.As == "" {
			err = errors.Join(err, errors.New("audit: republish needs an account where there is no system account"))
		}
	}
	if s.Audit != nil && !s.onlyRepublished() {
		err = errors.Join(err, s.Audit.Validate())
	}
	switch c, on := s.Monitoring(); {
	case s.Monitor.Port != 0 && s.HTTPSPort != 0:
		return errors.Join(err, errors.New("the monitoring is by HTTP or by HTTPS: http_port and https_port cannot both be set"))
	case s.HTTPSPort != 0 && s.Broker.TLS == nil:
		return errors.Join(err, errors.New("HTTPS for the monitoring needs the certificate of a tls block"))
	case on:
		return errors.Join(err, c.Validate())
	case c.Lab:
		return errors.Join(err, errors.New("the lab needs a monitoring port on a loopback address: add http: \"127.0.0.1:8222\""))
	}
	return err
}

// ErrUnknown is the error of a key that nothing is known about.
var ErrUnknown = errors.New("unknown field")

// MissingError refuses a key that NATS servers know and Troupe cannot honour.
type MissingError struct {
	Key     string
	Feature string // completes "Troupe does not have …"
}

// Error is the sentence for the user.
func (e *MissingError) Error() string {
	return fmt.Sprintf("%q: Troupe does not have %s", e.Key, e.Feature)
}

// Set sets one key, which may be written in any case. The value is what the
// configuration language makes of one (text, bool, int64, float64), or text that
// says the same, as on a command line.
func (s *Settings) Set(key string, value any) error {
	return setKey(s, key, value, keys, missing)
}

// isOff reports whether a value switches its feature off: what Troupe does not
// have may be left out by name. A block does so by enabled: false, or where all that it says is off.
func isOff(value any) bool {
	switch v := value.(type) {
	case place:
		return isOff(v.Value())
	case bool:
		return !v
	case int64:
		return v == 0
	case string:
		return slices.Contains([]string{"", "0", "false", "no", "off", "disable", "disabled"}, strings.ToLower(v))
	case []any:
		return len(v) == 0
	case map[string]any:
		return isOffBlock(v)
	}
	return false
}

func isOffBlock(block map[string]any) bool {
	for key, value := range block {
		if slices.Contains([]string{"enable", "enabled"}, strings.ToLower(key)) {
			return isOff(value)
		}
	}
	for _, value := range block {
		if !isOff(value) {
			return false
		}
	}
	return true
}
