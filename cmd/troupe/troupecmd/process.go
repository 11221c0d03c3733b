package troupecmd

import (
	"cmp"
	"context"
	"crypto/tls"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/signal"
	"sync"
	"sync/atomic"
	"time"

	"github.com/troupe-mq/troupe/actors/config"

	"github.com/troupe-mq/troupe/actors"
	"github.com/troupe-mq/troupe/actors/documents"
	"github.com/troupe-mq/troupe/actors/engine"
	"github.com/troupe-mq/troupe/actors/monitor"
	"github.com/troupe-mq/troupe/actors/observer"
	"github.com/troupe-mq/troupe/actors/profile"
	"github.com/troupe-mq/troupe/actors/registry"
	"github.com/troupe-mq/troupe/actors/report"
	"github.com/troupe-mq/troupe/actors/sys"
	"github.com/troupe-mq/troupe/actors/waker"
	"github.com/troupe-mq/troupe/cmd/troupe/logging"
	"github.com/troupe-mq/troupe/supervisor"
)

// patience is how long clients may take, when the broker stops, to read what is
// queued for them. It stays below the ten seconds that service managers grant.
const patience = 3 * time.Second

// process is a broker and what its process owes the system around it.
type process struct {
	program    string
	log        *logging.Log
	added      []actors.Option // by the main
	broker     *actors.Broker
	accounts   *registry.Registry // that come while the broker runs; nil: none do
	engine     *engine.Engine     // nil if there is none
	monitoring *monitor.Server    // nil if there is none
	page       *observer.Observer // what browsers get from it; nil if there is none
	profile    *profile.Server    // nil if there is none
	documents  *documents.Maker
	encrypted  atomic.Pointer[tls.Config] // what the monitoring is encrypted by
	loaded     atomic.Pointer[loaded]

	mu     sync.Mutex // reloads come by signal and by request
	order  *order     // in force
	traces traces
}

// run starts the broker, and returns when it has stopped; nil if it was asked to.
func (p *process) run() (err error) {
	// From here on, so that a signal during the start is not the end without a stop.
	received := make(chan os.Signal, 8)
	signal.Notify(received, signals...)
	defer signal.Stop(received)

	p.noteLoaded()
	if c := p.order.settings.Resolver; c != nil {
		if p.accounts, err = registry.Open(*c, p.order.settings.ResolverTLS); err != nil {
			return err
		}
	}
	if err := p.fillAccounts(&p.order.settings.Broker); err != nil {
		return err
	}
	defer p.traces.keep(nil)
	if err := p.start(); err != nil {
		return err
	}
	defer watchIdle(p.broker)()
	p.log.Info("Server is ready", "id", p.broker.ServerID())
	p.notify(notifyReady)
	if err := p.obey(received); err != nil {
		return err
	}
	return p.stop()
}

// start starts the broker, and what surrounds it. A reload that somebody asks for meanwhile waits.
func (p *process) start() error {
	p.mu.Lock()
	defer p.mu.Unlock()
	broker := p.order.settings.Broker
	broker.Logger = p.log
	broker.Version = config.Version()
	options, err := p.options()
	if err != nil {
		return err
	}
	if _, err := actors.Start(context.Background(), broker, append(options, actors.WithBefore(p.serve))...); err != nil {
		return err
	}
	if err := p.open(); err != nil {
		return errors.Join(err, p.stop())
	}
	return nil
}

// serve has all answer that clients may ask at once.
func (p *process) serve(ctx context.Context, b *actors.Broker) error {
	p.broker, p.documents = b, documents.New(b, documents.Process{Loaded: p.lastLoaded, Storage: p.storage()})
	if p.accounts != nil {
		if err := p.accounts.Serve(ctx, b); err != nil {
			return err
		}
	}
	return sys.Start(ctx, b, sys.Config{Documents: p.documents, Reload: p.reload})
}

// fillAccounts adds the accounts that are not in the file. What cannot be used of them is said
// in the log.
func (p *process) fillAccounts(config *actors.Config) error {
	if p.accounts == nil {
		return nil
	}
	left, err := p.accounts.Fill(context.Background(), config)
	for _, why := range left {
		p.log.Warn("not in force", "reason", why.Error())
	}
	return err
}

// options are the actors that live in the broker: those of the configuration, of the main and of its extensions.
func (p *process) options() ([]actors.Option, error) {
	all, err := p.order.settings.Options()
	if err != nil {
		return nil, err
	}
	all = append(all, p.added...)
	for _, b := range p.order.blocks {
		more, err := b.options()
		if err != nil {
			return nil, err
		}
		all = append(all, more...)
	}
	if settings := p.order.settings; settings.Broker.OwnStreams {
		p.engine = engine.New(settings.Engine, settings.Broker)
		all = append(all, p.engine.With())
	} else if settings.Broker.LeafNodes != nil {
		all = append(all, waker.With())
	}
	return all, nil
}

// open starts what surrounds the broker.
func (p *process) open() (err error) {
	settings := p.order.settings
	if err := p.openFronts(settings); err != nil {
		return err
	}
	files, err := p.files(settings)
	if err != nil {
		return err
	}
	return p.traces.leaveAll(files)
}

// storage asks the engine for its documents; nil if there is none.
func (p *process) storage() func(ctx context.Context, what string, options []byte) (json.RawMessage, error) {
	if p.engine == nil {
		return nil
	}
	return p.engine.Document
}

// obey does what signals ask for, until one asks to stop, or everybody has left
// in lame duck mode.
func (p *process) obey(received <-chan os.Signal) error {
	var left <-chan struct{} // closed at the end of lame duck mode; nil before it
	for {
		select {
		case <-p.broker.Done():
			return fmt.Errorf("the broker stopped by itself: %w", cmp.Or(p.broker.Err(), report.ErrStopped))
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
				_ = p.reload() // it has said what is wrong
			case wishLameDuck:
				if left == nil {
					left = p.lameDuck()
				}
			}
		}
	}
}

// lameDuck begins lame duck mode. The result is closed when it is over.
func (p *process) lameDuck() <-chan struct{} {
	left := make(chan struct{})
	supervisor.Go(p.broker.Report, "process/lame duck", func() {
		defer close(left)
		if err := p.broker.LameDuck(context.Background()); err != nil && !errors.Is(err, report.ErrStopped) {
			p.log.Warn("lame duck mode did not end well", "error", err)
		}
	})
	return left
}

// stop ends the monitoring, and then the broker with all that is left.
func (p *process) stop() error {
	p.log.Info("Initiating Shutdown...")
	p.notify(notifyStopping)
	if p.monitoring != nil {
		if err := p.monitoring.Stop(); err != nil && !errors.Is(err, report.ErrStopped) {
			p.log.Warn("the monitoring did not stop by itself", "error", err)
		}
	}
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	switch err := p.broker.Stop(ctx); {
	case errors.Is(err, context.DeadlineExceeded):
		p.log.Warn("some clients did not read all that was queued for them", "waited", patience.String())
	case err != nil && !errors.Is(err, report.ErrStopped):
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
