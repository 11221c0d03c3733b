package inline

import (
	"bytes"
	"context"
	"maps"
	"sync"
	"time"

	"github.com/asynkron/protoactor-go/actor"

	"github.com/troupe-mq/troupe/actors/client"
	"github.com/troupe-mq/troupe/actors/internal/survey"
)

// Name is what the actor is called.
const Name = "inline"

// Publisher finds the actor, which is spawned when it is wanted first.
type Publisher struct {
	Asker *survey.Asker
	// Spawn puts the actor into the tree.
	Spawn func(ctx context.Context, produce actor.Producer) (*actor.PID, error)

	mu  sync.Mutex // only one is to be spawned
	pid *actor.PID
}

// publication is something to publish for somebody who waits.
type publication struct {
	message *client.Message
	wait    time.Duration // for an answer, 0 for none
	answer  chan<- *client.Response
}

// Publish has a message published. It waits until that is done, or for an answer if wait is more than 0. Who waits may
// be gone before, so that the message is copied. The error is that of ctx, of the spawn, or report.ErrStopped.
func (p *Publisher) Publish(ctx context.Context, m *client.Message, wait time.Duration) (*client.Response, error) {
	to, err := p.actor(ctx)
	if err != nil {
		return nil, err
	}
	own := &client.Message{Subject: m.Subject, Reply: m.Reply, Header: maps.Clone(m.Header), Data: bytes.Clone(m.Data)}
	return survey.Ask(ctx, p.Asker, to, func(answer chan<- *client.Response) any { return &publication{own, wait, answer} })
}

// actor is its address.
func (p *Publisher) actor(ctx context.Context) (*actor.PID, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.pid != nil {
		return p.pid, nil
	}
	pid, err := p.Spawn(ctx, func() actor.Actor { return &publisher{open: make(map[uint64]chan<- *client.Response)} })
	if err == nil {
		p.pid = pid
	}
	return pid, err
}

// publisher is the actor. It is a client like any other.
type publisher struct {
	client *client.Client
	open   map[uint64]chan<- *client.Response
}

// Receive handles its messages.
func (p *publisher) Receive(ctx actor.Context) {
	switch m := ctx.Message().(type) {
	case *actor.Started, *client.Detached:
		joined, err := client.Join(ctx, client.Options{})
		if err != nil {
			panic(err)
		}
		p.client = joined
	case *publication:
		p.run(m)
	case *client.Response:
		p.open[m.ID] <- m
		delete(p.open, m.ID)
	}
}

func (p *publisher) run(m *publication) {
	if m.wait == 0 {
		m.answer <- &client.Response{Err: p.client.Publish(m.message)}
		return
	}
	id, err := p.client.Request(m.message, m.wait)
	if err != nil {
		m.answer <- &client.Response{Err: err}
		return
	}
	p.open[id] = m.answer
}
