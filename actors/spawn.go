package actors

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/asynkron/protoactor-go/actor"

	"github.com/troupe-mq/troupe/actors/client"
	"github.com/troupe-mq/troupe/actors/internal/host"
	"github.com/troupe-mq/troupe/actors/internal/survey"
	"github.com/troupe-mq/troupe/actors/report"
	"github.com/troupe-mq/troupe/supervisor"
)

// ActorSpec is an actor to live in the broker, under actors/. It has a goroutine
// whenever there is something to do, so that it may take its time without holding
// anybody up, and it may Join.
type ActorSpec struct {
	// Name is what it is called under actors/. It is unique.
	Name string
	// Role is how the tree calls actors like it. Default: actor.
	Role string
	// Policy is what becomes of it when it fails. Default: it is restarted with a
	// back-off, five times in ten seconds, then it is left off. However it ends,
	// the broker goes on.
	Policy supervisor.Policy
	// Produce makes it, and makes it anew for each restart.
	Produce actor.Producer
}

// ErrActorSpec is the answer to a spec that makes no sense.
var ErrActorSpec = errors.New("troupe: an actor needs a name without a slash, and a producer")

func (s *ActorSpec) valid() error {
	if s.Name == "" || strings.Contains(s.Name, "/") || s.Produce == nil {
		return ErrActorSpec
	}
	return nil
}

// WithActor starts an actor with the broker. Start returns when it has started.
func WithActor(s ActorSpec) Option { return func(o *options) { o.actors = append(o.actors, s) } }

// actorsSpec: these actors are what others make of them, and no reason to stop the
// broker.
func (b *Broker) actorsSpec(children []supervisor.Spec) supervisor.Spec {
	return supervisor.Sub(supervisor.Options{
		Name:     host.Actors,
		Role:     "actors",
		Sink:     b.host.Observe,
		Children: children,
	}, supervisor.Policy{Kind: supervisor.Transient, Intensity: -1, Backoff: supervisor.Backoff{Min: time.Second}}, host.Mailbox()...)
}

// spawnSpec is what the tree makes of an ActorSpec, and how it is known to have begun.
func (b *Broker) spawnSpec(s ActorSpec) (supervisor.Spec, *client.Spawned) {
	s.Role = cmp.Or(s.Role, "actor")
	at := client.NewSpawned(b.clients, s.Name, s.Role)
	return host.Gauged(supervisor.Spec{Name: s.Name, Role: s.Role, Policy: s.Policy}, at.Wrap(s.Produce),
		actor.WithDispatcher(actor.NewDefaultDispatcher(spawnRounds))), at
}

// spawnRounds is how many times the goroutine of an actor looks for more to do before
// another one takes its place.
const spawnRounds = 1024

// Spawn starts an actor, and waits until it has begun: until what it has asked for
// in Started is in force, or it has panicked. It must not be called by an actor.
func (b *Broker) Spawn(ctx context.Context, s ActorSpec) (*actor.PID, error) {
	if b.asker.Stopped() {
		return nil, report.ErrStopped
	}
	if err := s.valid(); err != nil {
		return nil, err
	}
	spec, at := b.spawnSpec(s)
	pid, err := supervisor.Add(b.host.System, b.host.PID(host.Path(host.Actors)), spec, survey.AskWait)
	if err != nil {
		return nil, fmt.Errorf("troupe: %w", err)
	}
	return pid, at.Await(ctx, b.done)
}

// Remove stops an actor of Spawn or WithActor for good. It does not wait for the
// end.
func (b *Broker) Remove(name string) error { return b.remove(host.Actors, name) }

// System is the actor system that the broker lives in, to send messages to its
// actors. It is the broker's to shut down.
func (b *Broker) System() *actor.ActorSystem { return b.host.System }

// spawnSpecs is the specs of the actors that start with the broker.
func (b *Broker) spawnSpecs(specs []ActorSpec) (children []supervisor.Spec, all []*client.Spawned) {
	for _, s := range specs {
		child, at := b.spawnSpec(s)
		children, all = append(children, child), append(all, at)
	}
	return children, all
}

// stopActors stops them before the connections, so that their last words are
// heard. One that does not come back is not waited for longer than ctx.
func (b *Broker) stopActors(ctx context.Context) {
	over := make(chan struct{})
	b.host.Spawn("stop actors", func() {
		defer close(over)
		_ = b.host.System.Root.StopFuture(b.host.PID(host.Path(host.Actors))).Wait() // a time-out is answered below
	})
	select {
	case <-over:
	case <-ctx.Done():
	}
}
