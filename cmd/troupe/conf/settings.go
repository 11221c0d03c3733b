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
	"github.com/troupe-mq/troupe/cmd/troupe/conf/internal/accounts"
	"github.com/troupe-mq/troupe/cmd/troupe/conf/internal/network"
	"github.com/troupe-mq/troupe/cmd/troupe/conf/internal/operators"
	"github.com/troupe-mq/troupe/cmd/troupe/conf/lang"
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
	// Engine is the engine's part. There is one, which stores what is to be stored, if the broker has OwnStreams.
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
	err := errors.Join(s.checkCluster(), s.Broker.Validate(), s.Profile.Validate(), s.Extensions.Validate(), s.checkStorage())
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

// checkStorage finds what needs an engine where there is to be none.
func (s *Settings) checkStorage() error {
	if !s.Broker.OwnStreams {
		if s.Engine.MQTT != nil {
			return errors.New("mqtt needs jetstream: its sessions are stored")
		}
		return nil
	}
	if s.Engine.MQTT != nil && (len(s.Broker.Operators) > 0 || len(s.Broker.TrustedKeys) > 0) {
		return errors.New("mqtt is not there for accounts that an operator has signed: the engine, which serves it, knows no users of theirs")
	}
	return s.Engine.Validate()
}

// Set sets one key of the top level, which may be written in any case. The value is what the
// configuration language makes of one (text, bool, int64, float64), or text that
// says the same, as on a command line. The error is a [lang.MissingError], wraps [lang.ErrUnknown], or says what is wrong with the value.
func (s *Settings) Set(key string, value any) error {
	return lang.Set(s, key, value, keys, missing, append(operators.Keys(), "mappings server_tags")...)
}

// SetAuthorization sets a key of the authorization block.
func (s *Settings) SetAuthorization(key string, value any) error {
	return accounts.SetAuthorization(&s.Broker, key, value)
}

// SetTLS switches TLS for clients on, and sets a key of its block.
func (s *Settings) SetTLS(key string, value any) error { return network.SetTLS(s.tls(), key, value) }

// tls is the clients' TLS, switched on.
func (s *Settings) tls() *actors.TLS {
	if s.Broker.TLS == nil {
		s.Broker.TLS = new(actors.TLS)
	}
	return s.Broker.TLS
}

// SetCluster sets a key of the cluster block. One that has a name and nothing else is a cluster of one broker, whose
// clients are told the name.
func (s *Settings) SetCluster(key string, value any) error {
	if strings.EqualFold(key, "name") {
		return s.setClusterName(key, value)
	}
	if lang.IsOff(value) {
		return nil
	}
	return network.SetCluster(s.cluster(), key, value)
}

// SetClusterURL sets the address for routes as a command line has it.
func (s *Settings) SetClusterURL(_ string, value any) error {
	text, err := lang.ToText(value)
	if err == nil && text != "" {
		err = network.SetClusterURL(s.cluster(), text)
	}
	return lang.Named("cluster", err)
}

// SetRoutes sets the addresses of other servers, with commas between them.
func (s *Settings) SetRoutes(_ string, value any) error {
	text, err := lang.ToText(value)
	if err == nil {
		s.cluster().Routes = slices.DeleteFunc(strings.Split(text, ","), func(u string) bool { return strings.TrimSpace(u) == "" })
	}
	return lang.Named("routes", err)
}

// cluster is the cluster, which is not one before it has an address.
func (s *Settings) cluster() *actors.Cluster {
	if s.Broker.Cluster == nil {
		s.Broker.Cluster = new(actors.Cluster)
	}
	return s.Broker.Cluster
}

// checkCluster leaves out what has no address for routes, as NATS servers do. Whoever names other servers wants one.
func (s *Settings) checkCluster() error {
	c := s.Broker.Cluster
	if c == nil || c.Port != 0 {
		return nil
	}
	s.Broker.Cluster = nil
	if len(c.Routes) > 0 {
		return errors.New("solicited routes require cluster capabilities: the cluster needs listen or port, or --cluster")
	}
	return nil
}

func (s *Settings) setClusterName(key string, value any) error {
	name, err := lang.ToText(value)
	switch {
	case err != nil:
		return fmt.Errorf("%q: %w", key, err)
	case strings.ContainsAny(name, " \t\r\n"):
		return fmt.Errorf("%q: a cluster's name cannot contain blanks", key)
	}
	s.Broker.ClusterName = name
	return nil
}
