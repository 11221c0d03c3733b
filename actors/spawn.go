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
	"github.com/troupe-mq/troupe/actors/internal/lab"
	"github.com/troupe-mq/troupe/actors/internal/resident"
	"github.com/troupe-mq/troupe/actors/internal/survey"
	"github.com/troupe-mq/troupe/actors/report"
	"github.com/troupe-mq/troupe/supervisor"
)

// ActorSpec is an actor that is to live in the broker, under actors/ in the tree. It has a goroutine of its own
// whenever there is something to do, so it may take its time without holding anybody up. It may join by package
// client.
type ActorSpec struct {
	// Name is the name of the actor under actors/. It is unique, not empty, and has no slash.
	Name string
	// Role is what the tree calls actors of this kind. Default: actor.
	Role string
	// Policy is what becomes of the actor when it fails. Default: supervisor.DefaultPolicy, by which it is restarted
	// with a back-off, a few times, and then left off. However it ends, the broker goes on.
	Policy supervisor.Policy
	// Produce makes the actor, and makes it anew for each restart.
	Produce actor.Producer
}

// ErrActorSpec is the error of an ActorSpec without a name or a producer, or with a slash in its name.
var ErrActorSpec = errors.New("troupe: an actor needs a name without a slash, and a producer")

func (s *ActorSpec) valid() error {
	if s.Name == "" || strings.Contains(s.Name, "/") || s.Produce == nil {
		return ErrActorSpec
	}
	return nil
}

// WithActor starts an actor with the broker. Start returns when what the actor has asked for in Started is in force. If
// the actor panics in Produce or in Started, Start returns that, a *supervisor.Crash.
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
func (b *Broker) spawnSpec(s ActorSpec) (supervisor.Spec, *resident.Spawned) {
	s.Role = cmp.Or(s.Role, "actor")
	at := resident.New(b.clients, s.Name, s.Role)
	return host.Gauged(supervisor.Spec{Name: s.Name, Role: s.Role, Policy: s.Policy}, client.Wrap(at, lab.Obedient(s.Produce)),
		actor.WithDispatcher(actor.NewDefaultDispatcher(spawnRounds))), at
}

// spawnRounds is how many times the goroutine of an actor looks for more to do before
// another one takes its place.
const spawnRounds = 1024

// Spawn starts an actor in a broker that runs. It waits until what the actor has asked for in Started is in force. The
// error is report.ErrStopped, ErrActorSpec, that the name is taken, or what the actor panics with in Produce or in
// Started, a *supervisor.Crash; then the actor is not there. It is that of ctx where the actor takes longer, and then the
// actor is there all the same. It must not be called by an actor.
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
		return nil, at.Because(fmt.Errorf("troupe: %w", err))
	}
	err = at.Await(ctx, b.done)
	if crash := (*supervisor.Crash)(nil); errors.As(err, &crash) {
		_ = b.host.System.Root.RequestFuture(b.host.PID(host.Path(host.Actors)), supervisor.Remove{Name: s.Name, Gone: true}, survey.AskWait).Wait()
		return nil, err
	}
	return pid, err
}

// Remove stops an actor of Spawn or WithActor for good. It does not wait for the end. The error is
// report.ErrStopped, or that there is no such actor.
func (b *Broker) Remove(name string) error { return b.remove(host.Actors, name) }

// System is the actor system that the broker lives in. Use it to send messages to actors of Spawn and WithActor.
// The broker shuts it down.
func (b *Broker) System() *actor.ActorSystem { return b.host.System }

// spawnSpecs is the specs of the actors that start with the broker.
func (b *Broker) spawnSpecs(specs []ActorSpec) (children []supervisor.Spec, all []*resident.Spawned) {
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
