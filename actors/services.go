package actors

import (
	"context"
	"fmt"
	"sync/atomic"
	"time"

	"github.com/asynkron/protoactor-go/actor"

	"github.com/troupe-mq/troupe/actors/mailbox"
	"github.com/troupe-mq/troupe/supervisor"
)

// The names of those who watch the broker.
const (
	monitorName    = "monitor"
	historyName    = "history"
	obituariesName = "obituaries"
)

// monitorSpec: who only watches is started again with patience and for ever, and
// is never a reason to stop the broker.
func monitorSpec(h *hub) supervisor.Spec {
	return supervisor.Sub(supervisor.Options{
		Name: monitorName,
		Role: "monitor",
		Sink: h.observe,
		Policy: supervisor.Policy{
			Kind:      supervisor.Permanent,
			Intensity: -1,
			Backoff:   supervisor.Backoff{Min: 100 * time.Millisecond, Max: 10 * time.Second, Jitter: 0.1},
		},
		Children: []supervisor.Spec{
			gauged(supervisor.Spec{Name: historyName, Role: "history"},
				func() actor.Actor { return &history{ring: supervisor.NewRing(0)} }),
			gauged(supervisor.Spec{Name: obituariesName, Role: "obituaries"},
				func() actor.Actor { return &obituaries{most: func() int { return h.config().MaxClosedClients }} }),
		},
	}, supervisor.Policy{Kind: supervisor.Permanent, Intensity: -1, Backoff: supervisor.Backoff{Min: time.Second}}, ownMailbox()...)
}

// gauged completes a spec with props and a mailbox that the tree can look into.
func gauged(s supervisor.Spec, produce actor.Producer, opts ...actor.PropsOption) supervisor.Spec {
	var box atomic.Pointer[mailbox.Mailbox] // that of the latest incarnation
	s.Props = actor.PropsFromProducer(produce,
		actor.WithMailbox(func() actor.Mailbox {
			m := mailbox.New()
			box.Store(m)
			return m
		}),
		actor.WithDispatcher(mailbox.CallerRuns{}))
	s.Props.Configure(opts...)
	s.Gauge = func() supervisor.Gauge {
		if m := box.Load(); m != nil {
			return m
		}
		return nil
	}
	return s
}

// Service is an actor that serves the people around the broker, its HTTP
// monitoring for one, and not its clients.
type Service struct {
	Name    string
	Role    string
	Produce actor.Producer
}

// AddService starts a service in the tree, under monitor/. It is restarted with
// patience, however often it fails.
func (b *Broker) AddService(s Service) (*actor.PID, error) {
	if b.stopped() {
		return nil, ErrStopped
	}
	h := b.hub
	group := h.system.NewLocalPID(rootName + "/" + monitorName)
	pid, err := supervisor.Add(h.system, group, gauged(supervisor.Spec{Name: s.Name, Role: s.Role}, s.Produce), time.Second)
	if err != nil {
		return nil, fmt.Errorf("troupe: %w", err)
	}
	return pid, nil
}

// RemoveService stops a service for good. It does not wait for the end, which
// the service itself can tell of.
func (b *Broker) RemoveService(name string) error { return b.remove(monitorName, name) }

// remove stops a child of a group for good.
func (b *Broker) remove(from, name string) error {
	if b.stopped() {
		return ErrStopped
	}
	h := b.hub
	group := h.system.NewLocalPID(rootName + "/" + from)
	answer, err := h.system.Root.RequestFuture(group, supervisor.Remove{Name: name}, askWait).Result()
	if refused, ok := answer.(error); ok {
		err = refused
	}
	if err != nil {
		return fmt.Errorf("troupe: %w", err)
	}
	return nil
}

func (b *Broker) stopped() bool {
	select {
	case <-b.done:
		return true
	default:
		return false
	}
}

// askWait is how long an actor may take to answer when the context does not say.
const askWait = 2 * time.Second

// bounded is ctx, or askWait of it if it says nothing.
func bounded(ctx context.Context) (context.Context, context.CancelFunc) {
	if _, ok := ctx.Deadline(); ok {
		return ctx, func() {}
	}
	return context.WithTimeout(ctx, askWait)
}

// ask asks an actor something, and waits. The message is posted from a goroutine
// of its own: where posting means running, an actor that hangs must not take the
// one who asks with it.
func ask[T any](ctx context.Context, b *Broker, whom *actor.PID, question func(chan<- T) any) (T, error) {
	var none T
	if b.stopped() {
		return none, ErrStopped
	}
	ctx, cancel := bounded(ctx)
	defer cancel()
	answer := make(chan T, 1)
	b.hub.spawn("ask", func() { b.hub.system.Root.Send(whom, question(answer)) })
	select {
	case a := <-answer:
		return a, nil
	case <-b.done:
		return none, ErrStopped
	case <-ctx.Done():
		return none, fmt.Errorf("troupe: %s did not answer: %w", whom.Id, ctx.Err())
	}
}
