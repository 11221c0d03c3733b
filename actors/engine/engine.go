package engine

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"sync"
	"sync/atomic"
	"time"

	"github.com/asynkron/protoactor-go/actor"
	"github.com/hashicorp/go-hclog"

	"github.com/troupe-mq/troupe/actors"
	"github.com/troupe-mq/troupe/actors/config"
	"github.com/troupe-mq/troupe/actors/waker"
	"github.com/troupe-mq/troupe/supervisor"
)

// name is that of the actor under actors/, and of its logger.
const name = "engine"

// Engine is a nats-server that lives with a broker. Its methods may be called from any goroutine.
type Engine struct {
	broker   *actors.Broker
	logger   hclog.Logger
	mu       sync.Mutex
	config   Config
	settings actors.Config // of the broker, with its secrets
	links    links

	state atomic.Pointer[state]
	pid   *actor.PID
	first chan error // what became of the first start
}

// state is an engine that runs.
type state struct {
	control *control
	ports   ports
	version string
	pid     int
	since   time.Time
}

// owner is whose the links to an engine are.
const owner = "engine"

// policy: an engine is started again for ever.
var policy = supervisor.Policy{
	Kind:      supervisor.Permanent,
	Intensity: -1,
	Backoff:   supervisor.Backoff{Min: 100 * time.Millisecond, Max: 10 * time.Second, Jitter: 0.1},
}

// New makes an engine that is to live with a broker. config is the broker's, with its secrets.
func New(c Config, config actors.Config) *Engine {
	return &Engine{config: c.withDefaults(), settings: config, first: make(chan error, 1)}
}

// With starts the engine with the broker. Clients are let in when the engine is there, or after Config.Patience. Start
// returns what keeps the engine from starting at all: an error of the configuration, ErrNoEngine, ErrLocked, or an
// EndError.
func (e *Engine) With() actors.Option { return actors.WithBefore(e.start) }

func (e *Engine) start(ctx context.Context, b *actors.Broker) error {
	if err := e.config.Validate(); err != nil {
		return err
	}
	conf := b.Config()
	e.broker, e.logger = b, conf.Logger.Named(name)
	if _, err := waker.Start(ctx, b); err != nil {
		return err
	}
	b.WatchLinks(e.linked)
	var err error
	if e.pid, err = b.Spawn(ctx, actors.ActorSpec{
		Name: name, Role: name, Policy: policy,
		Produce: func() actor.Actor { return &running{Engine: e} },
	}); err != nil {
		return err
	}
	if e.settings.Signed() {
		follow := func() { b.System().Root.Send(e.pid, &follow{}) }
		b.WatchConfiguration(follow)
		follow() // for what came before somebody watched
	}
	if err := e.refuse(ctx); err != nil {
		return err
	}
	late := time.NewTimer(e.config.Patience)
	defer late.Stop()
	select {
	case err := <-e.first:
		return err
	case <-late.C:
		e.logger.Warn("the engine is not there yet: clients are let in without it", "waited", e.config.Patience.String())
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// began tells who starts the broker how the first start went.
func (e *Engine) began(err error) {
	select {
	case e.first <- err:
	default:
	}
}

// spawn starts a goroutine of the engine.
func (e *Engine) spawn(name string, do func()) { supervisor.Go(e.broker.Report, "engine/"+name, do) }

// world is what the engine follows now.
func (e *Engine) world() *world {
	e.mu.Lock()
	defer e.mu.Unlock()
	return worldOf(e.broker, &e.settings)
}

// Reload follows another configuration of the broker, which is in force already. What an engine cannot change while it
// runs it is started anew for. The error is that of the configuration; then nothing has changed.
func (e *Engine) Reload(c Config, broker actors.Config) error {
	c = c.withDefaults()
	if err := c.Validate(); err != nil {
		return err
	}
	e.mu.Lock()
	if c.StoreDir != e.config.StoreDir {
		defer e.mu.Unlock()
		return &config.FixedError{Change: config.Change{Key: "jetstream store_dir", Old: e.config.StoreDir, New: c.StoreDir}}
	}
	e.config, e.settings = c, broker
	e.mu.Unlock()
	e.broker.System().Root.Send(e.pid, &reload{})
	return nil
}

// Document asks the engine for one of its documents, by its name in the system account: JSZ, VARZ, HEALTHZ. options are
// JSON, or nothing. What it says about itself it says about the broker, which has it. The error is ErrDown, or what the
// engine says.
func (e *Engine) Document(ctx context.Context, what string, options []byte) (json.RawMessage, error) {
	s := e.state.Load()
	if s == nil {
		return nil, ErrDown
	}
	text, err := s.control.ask(ctx, what, options)
	return bytes.ReplaceAll(text, []byte(s.control.id), []byte(e.broker.ServerID())), err
}

// Up reports whether the engine runs.
func (e *Engine) Up() bool { return e.state.Load() != nil }

// MQTTAddr is where clients that speak MQTT connect, empty if there is no such listener or no engine.
func (e *Engine) MQTTAddr() string {
	if s := e.state.Load(); s != nil {
		return s.ports.mqtt
	}
	return ""
}

// ProcessID is that of the engine's process, 0 if it does not run.
func (e *Engine) ProcessID() int {
	if s := e.state.Load(); s != nil {
		return s.pid
	}
	return 0
}

// generate is the engine's configuration as it is to be now.
func (e *Engine) generate(s *secrets) ([]byte, error) {
	e.mu.Lock()
	defer e.mu.Unlock()
	return generate(&e.config, worldOf(e.broker, &e.settings), s)
}

// write writes the engine's configuration.
func write(path string, text []byte) error {
	next := path + ".new"
	if err := os.Remove(next); err != nil && !errors.Is(err, os.ErrNotExist) {
		return err
	}
	f, err := os.OpenFile(next, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return err
	}
	_, err = f.Write(text)
	if err = errors.Join(err, f.Close()); err != nil {
		return fmt.Errorf("%s: %w", next, err)
	}
	return os.Rename(next, path)
}

// StoreDir is where the engine stores.
func (e *Engine) StoreDir() string {
	e.mu.Lock()
	defer e.mu.Unlock()
	return e.config.StoreDir
}
