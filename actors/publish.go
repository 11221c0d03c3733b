package actors

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"maps"
	"sync"
	"time"

	"github.com/asynkron/protoactor-go/actor"

	"github.com/troupe-mq/troupe/actors/client"
	"github.com/troupe-mq/troupe/actors/internal/survey"
	"github.com/troupe-mq/troupe/supervisor"
)

// inlineName is the actor by which those publish who are not actors.
const inlineName = "inline"

// inline is where the inline client is to be found, once there is one.
type inline struct {
	mu  sync.Mutex // only one is to be spawned
	pid *actor.PID
}

// publication is something to publish for somebody who waits.
type publication struct {
	message *client.Message
	wait    time.Duration // for an answer, 0 for none
	answer  chan<- *client.Response
}

// inlineClient publishes for those who are not actors. It is a client like any other.
type inlineClient struct {
	client *client.Client
	open   map[uint64]chan<- *client.Response
}

// Receive handles its messages.
func (c *inlineClient) Receive(ctx actor.Context) {
	switch m := ctx.Message().(type) {
	case *actor.Started, *client.Detached:
		client, err := client.Join(ctx, client.Options{})
		if err != nil {
			panic(err)
		}
		c.client = client
	case *publication:
		c.run(m)
	case *client.Response:
		c.open[m.ID] <- m
		delete(c.open, m.ID)
	}
}

func (c *inlineClient) run(m *publication) {
	if m.wait == 0 {
		m.answer <- &client.Response{Err: c.client.Publish(m.message)}
		return
	}
	id, err := c.client.Request(m.message, m.wait)
	if err != nil {
		m.answer <- &client.Response{Err: err}
		return
	}
	c.open[id] = m.answer
}

// Publish publishes a message in the global account, for a caller that is no actor. It may do everything. The
// message is copied. The error is one of client.Client.Publish, report.ErrStopped, or that of ctx, and then the
// message may be published all the same. It must not be called by an actor.
func (b *Broker) Publish(ctx context.Context, m *client.Message) error {
	r, err := b.send(ctx, m, 0)
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
	r, err := b.send(ctx, m, max(time.Until(until), 1))
	switch {
	case errors.Is(err, context.DeadlineExceeded):
		return nil, fmt.Errorf("%w: %w", client.ErrTimeout, err)
	case err != nil:
		return nil, err
	default:
		return r.Message, r.Err
	}
}

// send gives the inline client something to publish. Who waits may be gone before that is
// done, so that the message is copied.
func (b *Broker) send(ctx context.Context, m *client.Message, wait time.Duration) (*client.Response, error) {
	to, err := b.inlineClient(ctx)
	if err != nil {
		return nil, err
	}
	own := &client.Message{Subject: m.Subject, Reply: m.Reply, Header: maps.Clone(m.Header), Data: bytes.Clone(m.Data)}
	return survey.Ask(ctx, b.asker, to, func(answer chan<- *client.Response) any { return &publication{own, wait, answer} })
}

// inlineClient is the address of the inline client, which is spawned when it is wanted
// first.
func (b *Broker) inlineClient(ctx context.Context) (*actor.PID, error) {
	c := &b.inline
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.pid != nil {
		return c.pid, nil
	}
	pid, err := b.Spawn(ctx, ActorSpec{
		Name:    inlineName,
		Role:    inlineName,
		Policy:  supervisor.Policy{Kind: supervisor.Permanent, Intensity: -1, Backoff: supervisor.Backoff{Min: 100 * time.Millisecond, Max: 10 * time.Second}},
		Produce: func() actor.Actor { return &inlineClient{open: make(map[uint64]chan<- *client.Response)} },
	})
	if err == nil {
		c.pid = pid
	}
	return pid, err
}
