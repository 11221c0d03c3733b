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

	"github.com/troupe-mq/troupe/supervisor"
)

// courierName is the actor by which those publish who are not actors.
const courierName = "courier"

// outlet is where the courier is to be found, once there is one.
type outlet struct {
	mu  sync.Mutex // only one is to be spawned
	pid *actor.PID
}

// posting is something to publish for somebody who waits.
type posting struct {
	message *Message
	wait    time.Duration // for an answer, 0 for none
	answer  chan<- *Response
}

// courier publishes for those who are not actors. It is a client like any other.
type courier struct {
	client *Client
	open   map[uint64]chan<- *Response
}

// Receive handles the courier's messages.
func (c *courier) Receive(ctx actor.Context) {
	switch m := ctx.Message().(type) {
	case *actor.Started, *Detached:
		client, err := Join(ctx, Membership{})
		if err != nil {
			panic(err)
		}
		c.client = client
	case *posting:
		c.run(m)
	case *Response:
		c.open[m.ID] <- m
		delete(c.open, m.ID)
	}
}

func (c *courier) run(m *posting) {
	if m.wait == 0 {
		m.answer <- &Response{Err: c.client.Publish(m.message)}
		return
	}
	id, err := c.client.Request(m.message, m.wait)
	if err != nil {
		m.answer <- &Response{Err: err}
		return
	}
	c.open[id] = m.answer
}

// Publish publishes a message for somebody who is no actor, as one who may do
// everything. It must not be called by an actor.
func (b *Broker) Publish(ctx context.Context, m *Message) error {
	r, err := b.send(ctx, m, 0)
	if err == nil {
		err = r.Err
	}
	return err
}

// Request is Publish for a message that is to be answered: by the first who does, or
// with ErrNoResponders, or with ErrTimeout when ctx ends. Without a deadline it
// waits for two seconds. It must not be called by an actor.
func (b *Broker) Request(ctx context.Context, m *Message) (*Message, error) {
	ctx, cancel := bounded(ctx)
	defer cancel()
	until, _ := ctx.Deadline()
	r, err := b.send(ctx, m, max(time.Until(until), 1))
	switch {
	case errors.Is(err, context.DeadlineExceeded):
		return nil, fmt.Errorf("%w: %w", ErrTimeout, err)
	case err != nil:
		return nil, err
	default:
		return r.Message, r.Err
	}
}

// send gives the courier something to post. Who waits may be gone before that is
// done, so that the message is copied.
func (b *Broker) send(ctx context.Context, m *Message, wait time.Duration) (*Response, error) {
	to, err := b.courier(ctx)
	if err != nil {
		return nil, err
	}
	own := &Message{Subject: m.Subject, Reply: m.Reply, Header: maps.Clone(m.Header), Data: bytes.Clone(m.Data)}
	return ask(ctx, b, to, func(answer chan<- *Response) any { return &posting{own, wait, answer} })
}

// courier is the courier, spawned when it is wanted first.
func (b *Broker) courier(ctx context.Context) (*actor.PID, error) {
	c := &b.hub.outlet
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.pid != nil {
		return c.pid, nil
	}
	pid, err := b.Spawn(ctx, ActorSpec{
		Name:    courierName,
		Role:    courierName,
		Policy:  supervisor.Policy{Kind: supervisor.Permanent, Intensity: -1, Backoff: supervisor.Backoff{Min: 100 * time.Millisecond, Max: 10 * time.Second}},
		Produce: func() actor.Actor { return &courier{open: make(map[uint64]chan<- *Response)} },
	})
	if err == nil {
		c.pid = pid
	}
	return pid, err
}
