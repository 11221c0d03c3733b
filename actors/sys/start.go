package sys

import (
	"context"
	"sync/atomic"
	"time"

	"github.com/asynkron/protoactor-go/actor"
	"github.com/hashicorp/go-hclog"

	"github.com/troupe-mq/troupe/actors"
	"github.com/troupe-mq/troupe/actors/documents"
	"github.com/troupe-mq/troupe/actors/report"
	"github.com/troupe-mq/troupe/supervisor"
)

// Config is what the service cannot know by itself. All of it may be left out.
type Config struct {
	// Documents makes the documents. Default: one that knows the broker only.
	Documents *documents.Maker
	// Reload reads the configuration again. Without it nobody can order that.
	Reload func() error
}

// name is that of the actor under actors/, and of its tap.
const name = "sys"

// policy: whoever watches over the broker is not to lose sight of it.
var policy = supervisor.Policy{
	Kind:      supervisor.Permanent,
	Intensity: -1,
	Backoff:   supervisor.Backoff{Min: 100 * time.Millisecond, Max: 10 * time.Second, Jitter: 0.1},
}

// Start adds the service to the broker's tree, where it lives as long as the
// broker does. It answers when Start returns. In a broker without a system account there is none.
func Start(ctx context.Context, b *actors.Broker, c Config) error {
	if b.Config().NoSystemAccount {
		return nil
	}
	if c.Documents == nil {
		c.Documents = documents.New(b, documents.Process{})
	}
	s := newService(b, c)
	pid, err := b.Spawn(ctx, actors.ActorSpec{
		Name: name, Role: "system account", Policy: policy,
		Produce: func() actor.Actor { return &serving{service: s} },
	})
	if err != nil {
		return err
	}
	s.attend(pid)
	root := b.System().Root
	b.WatchConfiguration(func() {
		if s.look() {
			root.Send(pid, &moved{})
		}
	})
	b.WatchArrivals(func() { root.Send(pid, &arrived{}) })
	b.WatchTraces(func(t *report.Trace) { s.see(t, func(m *seen) { root.Send(pid, m) }) })
	b.WatchLatency(func(l *report.Latency) {
		if s.untold.Add(1) > mayMeasure {
			s.untold.Add(-1) // what comes too fast is not told
			return
		}
		root.Send(pid, &measured{l})
	})
	return nil
}

// service is what all incarnations of the actor have in common, and their
// goroutines.
type service struct {
	broker *actors.Broker
	source atomic.Pointer[source] // another one where the configuration calls the server otherwise
	voice  voice
	logger hclog.Logger
	untold atomic.Int64 // measurements on their way to the actor
	unseen atomic.Int64 // traces on their way to it
	missed atomic.Int64 // those that were not sent on it, since it was last asked
}

func newService(b *actors.Broker, c Config) *service {
	s := &service{broker: b, logger: b.Config().Logger.Named(name)}
	s.source.Store(&source{
		documents: c.Documents, control: control{kick: b.Kick, lameDuck: b.LameDuckConnection, reload: c.Reload}, count: b.CountSubscribers,
	})
	s.voice.source = &s.source
	s.look()
	return s
}

// look takes over what the configuration calls the server. It reports whether the system account is another.
func (s *service) look() (moved bool) {
	conf, before := s.broker.Config(), s.source.Load()
	now := *before
	now.server = Server{
		Name: conf.ServerName, Host: conf.Host, ID: s.broker.ServerID(), Cluster: conf.ClusterName,
		Version: actors.ProtocolVersion, JetStream: now.documents.Stores(),
	}
	now.systemAccount = conf.SystemAccount
	s.source.Store(&now)
	return now.systemAccount != before.systemAccount
}
