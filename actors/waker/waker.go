package waker

import (
	"context"
	"time"

	"github.com/troupe-mq/troupe/actors/report"

	"github.com/asynkron/protoactor-go/actor"

	"github.com/troupe-mq/troupe/actors"
	"github.com/troupe-mq/troupe/supervisor"
)

// name is that of the actor under actors/.
const name = "waker"

// policy: whoever sleeps is to be woken, whatever happened.
var policy = supervisor.Policy{
	Kind:      supervisor.Permanent,
	Intensity: -1,
	Backoff:   supervisor.Backoff{Min: 100 * time.Millisecond, Max: 10 * time.Second, Jitter: 0.1},
}

// Waker knows who waits, and wakes them.
type Waker struct {
	memory *memory
	broker *actors.Broker
	pid    *actor.PID
}

// With starts a waker with the broker.
func With() actors.Option {
	return actors.WithBefore(func(ctx context.Context, b *actors.Broker) error {
		_, err := Start(ctx, b)
		return err
	})
}

// Start adds a waker to the broker's tree, where it lives as long as the broker does. It hears of links that are made
// from now on.
func Start(ctx context.Context, b *actors.Broker) (*Waker, error) {
	w := &Waker{memory: newMemory(maxBytes), broker: b}
	b.WatchConsumers(w.asked)
	var err error
	w.pid, err = b.Spawn(ctx, actors.ActorSpec{
		Name: name, Role: name, Policy: policy,
		Produce: func() actor.Actor { return &waking{Waker: w} },
	})
	if err != nil {
		return nil, err
	}
	b.WatchLinks(func(e report.LinkEvent) { w.link(e.Account, e.Up) })
	return w, nil
}

// asked notes a request of a client to a consumer, by its subject and its reply subject. Nothing of them is kept.
func (w *Waker) asked(account string, subject, reply, body []byte) {
	if one, unsure := w.memory.note(account, string(subject), string(reply), body, time.Now()); unsure {
		w.broker.System().Root.Send(w.pid, &doubted{account, one})
	}
}

// link tells of a link of an account that it is up, and JetStream answers, or that it was lost.
func (w *Waker) link(account string, up bool) {
	w.broker.System().Root.Send(w.pid, &linked{account, up})
}
