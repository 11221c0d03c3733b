package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"os"
	"os/signal"
	"time"

	"github.com/troupe-mq/troupe/actors"
	"github.com/troupe-mq/troupe/actors/documents"
	"github.com/troupe-mq/troupe/actors/monitor"
	"github.com/troupe-mq/troupe/actors/sys"
	"github.com/troupe-mq/troupe/cmd/troupe/conf"
	"github.com/troupe-mq/troupe/cmd/troupe/logging"
	"github.com/troupe-mq/troupe/supervisor"
)

// patience is how long clients may take, when the broker stops, to read what is
// queued for them. It stays below the ten seconds that service managers grant.
const patience = 3 * time.Second

// process is a broker and what its process owes the system around it.
type process struct {
	program  string
	settings *conf.Settings
	log      *logging.Log
}

// run starts the broker, and returns when it has stopped; nil if it was asked to.
func (p *process) run() error {
	// From here on, so that a signal during the start is not the end without a stop.
	received := make(chan os.Signal, 8)
	signal.Notify(received, signals...)
	defer signal.Stop(received)

	config := p.settings.Broker
	config.Logger = p.log.Logger
	config.Version = versionText()
	broker, err := actors.Start(context.Background(), config)
	if err != nil {
		return err
	}
	traces := &traces{}
	defer traces.remove()
	monitoring, err := p.open(broker, traces)
	if err != nil {
		return errors.Join(err, p.stop(broker, monitoring))
	}
	defer watchIdle(broker)()
	p.log.Info("Server is ready", "id", broker.ServerID())
	p.notify(notifyReady)
	if err := p.obey(broker, received); err != nil {
		return err
	}
	return p.stop(broker, monitoring)
}

// open starts what surrounds the broker. The monitoring is nil if there is none.
func (p *process) open(broker *actors.Broker, t *traces) (m *monitor.Server, err error) {
	if c, on := p.settings.Monitoring(); on {
		if p.settings.HTTPSPort != 0 {
			if c.TLS, err = p.settings.Broker.TLS.ServerConfig(p.log.Logger); err != nil {
				return nil, err
			}
		}
		if m, err = monitor.Start(broker, c); err != nil {
			return nil, err
		}
	}
	if err := sys.Start(context.Background(), broker, sys.Config{Documents: documentsOf(m)}); err != nil {
		return m, err
	}
	return m, p.leaveTraces(broker, m, t)
}

// documentsOf makes the documents that the monitoring shows, nil without it.
func documentsOf(m *monitor.Server) *documents.Maker {
	if m == nil {
		return nil
	}
	return m.Documents()
}

// obey does what signals ask for, until one asks to stop, or everybody has left
// in lame duck mode.
func (p *process) obey(broker *actors.Broker, received <-chan os.Signal) error {
	var left <-chan struct{} // closed at the end of lame duck mode; nil before it
	for {
		select {
		case <-broker.Done():
			return fmt.Errorf("the broker stopped by itself: %w", cmp.Or(broker.Err(), actors.ErrStopped))
		case <-left:
			return nil
		case s := <-received:
			p.log.Info("Trapped signal", "signal", s.String())
			switch wishOf(s) {
			case wishStop:
				return nil
			case wishTerminate:
				if left == nil { // else it is about to stop, with more care
					return nil
				}
			case wishReopen:
				p.log.Reopen()
			case wishReload:
				p.log.Warn("the configuration cannot be reloaded yet: restart to apply changes", "signal", s.String())
			case wishLameDuck:
				if left == nil {
					left = p.lameDuck(broker)
				}
			}
		}
	}
}

// lameDuck begins lame duck mode. The result is closed when it is over.
func (p *process) lameDuck(broker *actors.Broker) <-chan struct{} {
	left := make(chan struct{})
	supervisor.Go(broker.Report, "process/lame duck", func() {
		defer close(left)
		if err := broker.LameDuck(context.Background()); err != nil && !errors.Is(err, actors.ErrStopped) {
			p.log.Warn("lame duck mode did not end well", "error", err)
		}
	})
	return left
}

// stop ends the monitoring, which may be nil, and then the broker.
func (p *process) stop(broker *actors.Broker, m *monitor.Server) error {
	p.log.Info("Initiating Shutdown...")
	p.notify(notifyStopping)
	if m != nil {
		if err := m.Stop(); err != nil && !errors.Is(err, actors.ErrStopped) {
			p.log.Warn("the monitoring did not stop by itself", "error", err)
		}
	}
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	switch err := broker.Stop(ctx); {
	case errors.Is(err, context.DeadlineExceeded):
		p.log.Warn("some clients did not read all that was queued for them", "waited", patience.String())
	case err != nil && !errors.Is(err, actors.ErrStopped):
		return err
	}
	p.log.Info("Server Exiting..")
	return nil
}

// wish is what a signal asks the process for.
type wish int

const (
	wishStop wish = iota
	wishTerminate
	wishReopen
	wishReload
	wishLameDuck
)
