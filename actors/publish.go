package actors

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/asynkron/protoactor-go/actor"

	"github.com/troupe-mq/troupe/actors/client"
	"github.com/troupe-mq/troupe/actors/internal/inline"
	"github.com/troupe-mq/troupe/actors/internal/survey"
	"github.com/troupe-mq/troupe/supervisor"
)

// Publish publishes a message in the global account, for a caller that is no actor. It may do everything. The
// message is copied. Publish returns when the message is in the queues of all who get it, and blocking taps have
// it. The error is one of client.Client.Publish, client.ErrRefused where a tap did not take it, report.ErrStopped, or that
// of ctx, and then the message may be published all the same. It must not be called by an actor.
func (b *Broker) Publish(ctx context.Context, m *client.Message) error {
	r, err := b.inline.Publish(ctx, m, 0)
	if err == nil {
		err = r.Err
	}
	return err
}

// Request publishes a message and returns the first answer. The error is client.ErrNoResponders if nobody is
// there to answer, client.ErrTimeout when the deadline of ctx is over, or one of Publish. Without a deadline it
// waits for two seconds. It must not be called by an actor.
func (b *Broker) Request(ctx context.Context, m *client.Message) (*client.Message, error) {
	ctx, cancel := survey.Bounded(ctx)
	defer cancel()
	until, _ := ctx.Deadline()
	r, err := b.inline.Publish(ctx, m, max(time.Until(until), 1))
	switch {
	case errors.Is(err, context.DeadlineExceeded):
		return nil, fmt.Errorf("%w: %w", client.ErrTimeout, err)
	case err != nil:
		return nil, err
	default:
		return r.Message, r.Err
	}
}

// spawnInline puts the actor into the tree by which those publish who are no actors.
func (b *Broker) spawnInline(ctx context.Context, produce actor.Producer) (*actor.PID, error) {
	return b.Spawn(ctx, ActorSpec{
		Name:    inline.Name,
		Role:    inline.Name,
		Policy:  supervisor.Policy{Kind: supervisor.Permanent, Intensity: -1, Backoff: supervisor.Backoff{Min: 100 * time.Millisecond, Max: 10 * time.Second}},
		Produce: produce,
	})
}
