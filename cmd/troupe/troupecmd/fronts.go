package troupecmd

import (
	"crypto/tls"
	"errors"

	"github.com/troupe-mq/troupe/actors/documents"
	"github.com/troupe-mq/troupe/actors/experiments"
	"github.com/troupe-mq/troupe/actors/monitor"
	"github.com/troupe-mq/troupe/actors/observer"
	"github.com/troupe-mq/troupe/actors/profile"
	"github.com/troupe-mq/troupe/actors/report"
	"github.com/troupe-mq/troupe/cmd/troupe/conf"
)

// This file is the addresses beside the broker's: the monitoring, and the port for profiles.

// openFronts opens those that there are to be and are not.
func (p *process) openFronts(settings *conf.Settings) (err error) {
	if c, on := settings.Monitoring(); on && p.monitoring == nil {
		c.Loaded, c.Documents, c.Storage = p.lastLoaded, p.documents, p.storage()
		if settings.HTTPSPort != 0 {
			if err := p.encrypt(settings); err != nil {
				return err
			}
			c.TLS = &tls.Config{MinVersion: tls.VersionTLS12, GetConfigForClient: func(hello *tls.ClientHelloInfo) (*tls.Config, error) {
				return p.encrypted.Load().GetConfigForClient(hello)
			}}
		}
		if !settings.NoUI {
			if p.page, err = observer.New(p.broker, observer.Config{Lab: c.Lab, Experiments: experiments.All()}); err != nil {
				p.page = nil
				return err
			}
			c.Page = p.page
		}
		if p.monitoring, err = monitor.Start(p.broker, c); err != nil {
			p.monitoring = nil
			return errors.Join(err, p.closePage())
		}
	}
	if c := settings.Profile; c.Port != 0 && p.profile == nil {
		if p.profile, err = profile.Start(p.broker, c); err != nil {
			p.profile = nil
			return err
		}
	}
	return nil
}

// encrypt has the monitoring use the certificates that are in the files now.
func (p *process) encrypt(settings *conf.Settings) error {
	c, err := settings.Broker.TLS.ServerConfig(p.log)
	if err == nil {
		p.encrypted.Store(c)
	}
	return err
}

// moveFronts has what is beside the broker where other settings want it. If that cannot be, or if back is called, it
// is as before.
func (p *process) moveFronts(now *conf.Settings) (back func(), err error) {
	old, certificate := p.order.settings, p.encrypted.Load()
	back = func() {
		p.encrypted.Store(certificate)
		if err := p.replaceFronts(now, old); err != nil {
			p.log.Error("the monitoring could not be opened again", "error", err)
		}
	}
	if old.HTTPSPort != 0 && now.HTTPSPort != 0 {
		if err := p.encrypt(now); err != nil {
			return nil, err
		}
	}
	if err := p.replaceFronts(old, now); err != nil {
		back()
		return nil, err
	}
	return back, nil
}

// replaceFronts closes what is to be elsewhere, or not to be, and opens what there is to be. One that stays where it is
// serves on.
func (p *process) replaceFronts(old, now *conf.Settings) error {
	if monitoringOf(old) != monitoringOf(now) && p.monitoring != nil {
		if err := stopped(p.monitoring.Stop()); err != nil {
			return err
		}
		p.monitoring = nil
		if err := p.closePage(); err != nil {
			return err
		}
		p.documents.Know(documents.Process{Loaded: p.lastLoaded, Storage: p.storage()})
	}
	if old.Profile != now.Profile && p.profile != nil {
		if err := stopped(p.profile.Stop()); err != nil {
			return err
		}
		p.profile = nil
	}
	return p.openFronts(now)
}

// closePage ends the page that browsers get, if there is one.
func (p *process) closePage() error {
	if p.page == nil {
		return nil
	}
	defer func() { p.page = nil }()
	return stopped(p.page.Close())
}

// watched is where the monitoring is, and how.
type watched struct {
	host, base string
	port       int
	https, lab bool
	page       bool
}

func monitoringOf(s *conf.Settings) watched {
	c, _ := s.Monitoring()
	return watched{c.Host, c.BasePath, c.Port, s.HTTPSPort != 0, c.Lab, !s.NoUI}
}

// stopped is the error of a stop, of which it is none that the broker has gone before.
func stopped(err error) error {
	if errors.Is(err, report.ErrStopped) {
		return nil
	}
	return err
}
