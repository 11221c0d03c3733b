package engine

import (
	"bytes"
	"context"
	"errors"
	"os"
	"path/filepath"
	"time"

	"github.com/asynkron/protoactor-go/actor"

	"github.com/troupe-mq/troupe/supervisor"
)

// running is the actor of an engine. Each incarnation has one process, and ends with it. It has a goroutine of its
// own, so it may wait for the process.
type running struct {
	*Engine
	secrets *secrets
	program program
	process *process
	heard   ports
	control *control
	written []byte // the configuration of the process
	stale   bool   // there is another one since the process was started, and it cannot be told yet
}

// What the actor is told.
type (
	spoke struct { // a line of the engine's log
		by   *process
		text string
	}
	ended struct { // the process
		by  *process
		err error
	}
	reload struct{} // there is another configuration
	follow struct{} // there may be other accounts
)

// IgnoreDeadLetterLogging: when the broker stops, the actor may have gone before.
func (*spoke) IgnoreDeadLetterLogging() {}

func (*ended) IgnoreDeadLetterLogging() {}

func (*reload) IgnoreDeadLetterLogging() {}

func (*follow) IgnoreDeadLetterLogging() {}

// Receive handles the actor's messages.
func (r *running) Receive(ctx actor.Context) {
	switch m := ctx.Message().(type) {
	case *actor.Started:
		r.attempt(r.launch(ctx))
	case *spoke:
		if m.by == r.process && r.control == nil {
			r.heard.note(m.text)
			if r.heard.complete(r.mqtt()) {
				r.attempt(r.open())
			}
		}
	case *ended:
		if m.by == r.process {
			r.process = nil
			r.attempt(m.err)
		}
	case *reload:
		r.attempt(r.reload())
	case *follow:
		r.attempt(r.follow())
	case *actor.Stopping:
		r.close(true)
	case *actor.Restarting:
		r.close(false)
	}
}

// attempt fails the actor if something did not succeed.
func (r *running) attempt(err error) {
	if err != nil {
		r.began(err)
		panic(supervisor.Fail(err))
	}
}

func (r *running) mqtt() bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.config.MQTT != nil
}

func (r *running) configured() (path, store string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.config.Path, r.config.StoreDir
}

// launch starts the process.
func (r *running) launch(ctx actor.Context) (err error) {
	path, store := r.configured()
	if r.program, err = find(context.Background(), path); err != nil {
		return err
	}
	if err := os.MkdirAll(store, 0o700); err != nil {
		return err
	}
	lock, err := takeLock(context.Background(), store)
	if err != nil {
		return err
	}
	r.secrets = newSecrets()
	config := filepath.Join(store, configName)
	if err := r.write(config); err != nil {
		return errors.Join(err, lock.Close())
	}
	root, self := ctx.ActorSystem().Root, ctx.Self()
	known := make(chan struct{}) // closed when p is set
	var p *process
	defer close(known)
	p, err = launch(r.program, config, lock, r.logger, r.spawn,
		func(text string) { <-known; root.Send(self, &spoke{p, text}) },
		func(err error) { <-known; root.Send(self, &ended{p, err}) })
	if err == nil {
		r.process = p
	}
	return err
}

// open is done when the engine serves: now there can be links to it.
func (r *running) open() (err error) {
	if r.control, err = newControl(context.Background(), r.heard.control, r.secrets); err != nil {
		return err
	}
	pid := r.process.cmd.Process.Pid
	r.state.Store(&state{control: r.control, ports: r.heard, version: r.program.version, pid: pid, since: time.Now()})
	r.logger.Info("Engine is ready", "program", r.program.path, "version", r.program.version, "pid", pid)
	if r.heard.mqtt != "" {
		r.logger.Info("Listening for MQTT clients on " + r.heard.mqtt)
	}
	if r.stale {
		return r.reload()
	}
	return r.link()
}

// write writes the configuration as it is to be now.
func (r *running) write(path string) (err error) {
	if r.written, err = r.generate(r.secrets); err != nil {
		return err
	}
	return write(path, r.written)
}

// follow has the engine read its configuration again if that is another one.
func (r *running) follow() error {
	if r.process == nil {
		return nil // the actor is about to end
	}
	text, err := r.generate(r.secrets)
	if err != nil || bytes.Equal(text, r.written) {
		return err
	}
	return r.reload()
}

// reload has the engine read its configuration again. One that cannot is started anew.
func (r *running) reload() error {
	if r.stale = r.control == nil; r.stale {
		return nil // until it can be told
	}
	_, store := r.configured()
	if err := r.write(filepath.Join(store, configName)); err != nil {
		return err
	}
	if _, err := r.control.ask(context.Background(), "RELOAD", nil); err != nil {
		r.logger.Info("the engine is started anew, since it cannot change while it runs", "reason", err)
		return err
	}
	if err := r.link(); err != nil {
		return err
	}
	r.logger.Info("The engine has read its configuration again")
	return nil
}

// close ends the process, and waits for that.
func (r *running) close(gently bool) {
	r.state.Store(nil)
	r.control = nil
	if p := r.process; p != nil {
		r.process = nil
		p.stop(gently)
	}
}
