package troupecmd

import (
	"context"
	"errors"
	"strings"
	"time"

	"github.com/troupe-mq/troupe/actors/config"

	"github.com/troupe-mq/troupe/cmd/troupe/logging"
)

// loaded is when a configuration came into force, and what it said.
type loaded struct {
	at     time.Time
	digest string
}

func (p *process) noteLoaded() { p.loaded.Store(&loaded{time.Now(), p.order.file.Digest}) }

// lastLoaded is for the monitoring.
func (p *process) lastLoaded() (at time.Time, digest string) {
	l := p.loaded.Load()
	return l.at, l.digest
}

// reload reads the configuration file again, under the flags of the start, and
// puts it into force, or nothing of it. The log says what has changed, or why
// nothing has.
func (p *process) reload() error {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.notify(notifyReloading)
	defer p.notify(notifyReady)
	changes, err := p.putIntoForce()
	if err != nil {
		for mistake := range strings.SplitSeq(plain(err), "\n") {
			p.log.Error("Failed to reload server configuration: " + mistake)
		}
		return err
	}
	p.noteLoaded()
	for _, c := range changes {
		p.log.Info("Reloaded: " + c.String())
	}
	p.log.Info("Reloaded server configuration (" + p.order.file.Digest + ")")
	return nil
}

// putIntoForce opens all that may fail before it touches what is in force; the
// broker, which can still refuse, comes last of that.
func (p *process) putIntoForce() (config.Changes, error) {
	if p.order.configFile == "" {
		return nil, errors.New("can only reload config when a file is provided using -c or --config")
	}
	next, err := parse(p.order.args, p.order.extensions...)
	if err != nil {
		return nil, err
	}
	old := p.order.settings
	changes, err := old.Diff(next.settings)
	if err != nil {
		return nil, err
	}
	ofExtensions, apply, err := p.order.blocks.reload(next.blocks, p.broker)
	if err != nil {
		return nil, err
	}
	changes = append(changes, ofExtensions...)
	taps, err := old.ReloadTaps(p.broker, next.settings)
	if err != nil {
		return nil, err
	}
	apply = append(apply, taps)
	filesBefore, err := p.files(old)
	if err != nil {
		return nil, err
	}
	back, err := p.moveFronts(next.settings)
	if err != nil {
		return nil, err
	}
	more, err := p.putTogether(filesBefore, next)
	if err != nil {
		back()
		if files, again := p.files(old); again == nil {
			err = errors.Join(err, p.traces.leaveAll(files)) // the addresses may be others now
		}
		return nil, err
	}
	for _, a := range apply {
		if err := a(); err != nil {
			p.log.Error(err.Error())
		}
	}
	p.order = next
	return append(changes, more...), nil
}

// putTogether puts the files, the broker's settings and the log of another order into force, or nothing of them.
func (p *process) putTogether(filesBefore files, next *order) (config.Changes, error) {
	files, err := p.files(next.settings)
	if err != nil {
		return nil, err
	}
	var out *logging.Outlet
	if next.settings.Log != p.order.settings.Log {
		if out, err = p.log.Prepare(next.settings.Log); err != nil {
			return nil, err
		}
	}
	brokers, err := p.reloadBroker(files, next)
	if err != nil {
		p.traces.keep(filesBefore)
		if out != nil {
			err = errors.Join(err, out.Close())
		}
		return nil, err
	}
	if files, err = p.files(next.settings); err == nil {
		err = p.traces.leaveAll(files) // the broker's addresses may be others now
	}
	if err != nil {
		p.log.Error(err.Error())
	}
	p.traces.keep(files)
	if out != nil {
		p.log.Use(out)
	}
	for _, w := range next.file.Warnings {
		p.log.Warn(w.Error())
	}
	return brokers, nil
}

// reloadBroker writes the files that are new, and changes the broker.
func (p *process) reloadBroker(files files, next *order) (config.Changes, error) {
	if err := p.traces.leaveAll(files); err != nil {
		return nil, err
	}
	if p.accounts != nil {
		defer p.accounts.Hold()()
		if err := p.fillAccounts(&next.settings.Broker); err != nil {
			return nil, err
		}
	}
	changes, err := p.broker.Reload(context.Background(), next.settings.Broker)
	if err != nil || p.engine == nil {
		return changes, err
	}
	return changes, p.engine.Reload(next.settings.Engine, next.settings.Broker)
}
