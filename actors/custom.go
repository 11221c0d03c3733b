package actors

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/asynkron/protoactor-go/actor"

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

// actorsName is where actors are that others have written.
const actorsName = "actors"

// actorsSpec: these actors are what others make of them, and no reason to stop the
// broker.
func actorsSpec(h *hub, children []supervisor.Spec) supervisor.Spec {
	return supervisor.Sub(supervisor.Options{
		Name:     actorsName,
		Role:     "actors",
		Sink:     h.observe,
		Children: children,
	}, supervisor.Policy{Kind: supervisor.Transient, Intensity: -1, Backoff: supervisor.Backoff{Min: time.Second}}, ownMailbox()...)
}

// spec is what the tree makes of an ActorSpec, and how it is known to have begun.
func (h *hub) spec(s ActorSpec) (supervisor.Spec, *post) {
	or(&s.Role, "actor")
	at := &post{hub: h, name: s.Name, role: s.Role, ready: make(chan struct{})}
	return gauged(supervisor.Spec{Name: s.Name, Role: s.Role, Policy: s.Policy},
		func() actor.Actor { return &member{post: at, actor: s.Produce()} },
		actor.WithDispatcher(actor.NewDefaultDispatcher(memberRounds))), at
}

// memberRounds is how many times a member's goroutine looks for more to do before
// another one takes its place.
const memberRounds = 1024

// await waits until the actor has begun, even if it has failed in that.
func (p *post) await(ctx context.Context, done <-chan struct{}) error {
	select {
	case <-p.ready:
		return nil
	case <-done:
		return ErrStopped
	case <-ctx.Done():
		return fmt.Errorf("troupe: starting actor %s: %w", p.name, ctx.Err())
	}
}

// Spawn starts an actor, and waits until it has begun: until what it has asked for
// in Started is in force, or it has panicked. It must not be called by an actor.
func (b *Broker) Spawn(ctx context.Context, s ActorSpec) (*actor.PID, error) {
	if b.stopped() {
		return nil, ErrStopped
	}
	if err := s.valid(); err != nil {
		return nil, err
	}
	h := b.hub
	spec, at := h.spec(s)
	pid, err := supervisor.Add(h.system, h.system.NewLocalPID(rootName+"/"+actorsName), spec, askWait)
	if err != nil {
		return nil, fmt.Errorf("troupe: %w", err)
	}
	return pid, at.await(ctx, b.done)
}

// Remove stops an actor of Spawn or WithActor for good. It does not wait for the
// end.
func (b *Broker) Remove(name string) error { return b.remove(actorsName, name) }

// System is the actor system that the broker lives in, to send messages to its
// actors. It is the broker's to shut down.
func (b *Broker) System() *actor.ActorSystem { return b.hub.system }

// members is the specs of the actors that start with the broker.
func (h *hub) members(specs []ActorSpec) (children []supervisor.Spec, posts []*post) {
	for _, s := range specs {
		child, at := h.spec(s)
		children, posts = append(children, child), append(posts, at)
	}
	return children, posts
}

// stopActors stops them before the connections, so that their last words are
// heard. One that does not come back is not waited for longer than ctx.
func (b *Broker) stopActors(ctx context.Context) {
	h := b.hub
	over := make(chan struct{})
	h.spawn("stop actors", func() {
		defer close(over)
		_ = h.system.Root.StopFuture(h.system.NewLocalPID(rootName + "/" + actorsName)).Wait() // a time-out is answered below
	})
	select {
	case <-over:
	case <-ctx.Done():
	}
}
