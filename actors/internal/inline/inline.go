package inline

import (
	"bytes"
	"context"
	"fmt"
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
	open   map[uint64]chan<- *client.Response // requests, by their numbers
	undone []undone                           // what the broker has not done yet, in order
}

// undone is a publication that the broker has been given.
type undone struct {
	answer  chan<- *client.Response
	request uint64 // its number, 0 for a message that wants no answer
}

// Receive handles its messages.
func (p *publisher) Receive(ctx actor.Context) {
	switch m := ctx.Message().(type) {
	case *actor.Started:
		p.join(ctx)
	case *client.Detached:
		for len(p.undone) > 0 {
			p.fail(client.ErrDetached)
			p.undone = p.undone[1:]
		}
		p.join(ctx)
	case *publication:
		p.run(m)
	case *client.Refused: // it is the first that is not done, since each has a flush behind it
		if m.Client() == p.client {
			p.fail(fmt.Errorf("%w: %s", client.ErrRefused, m.Text))
		}
	case *client.Flushed:
		if m.Client() != p.client || len(p.undone) == 0 {
			return
		}
		if first := p.undone[0]; first.request == 0 && first.answer != nil {
			first.answer <- &client.Response{}
		}
		p.undone = p.undone[1:]
	case *client.Response:
		if answer := p.open[m.ID]; answer != nil {
			answer <- m
			delete(p.open, m.ID)
		}
	}
}

func (p *publisher) join(ctx actor.Context) {
	joined, err := client.Join(ctx, client.Options{})
	if err != nil {
		panic(err)
	}
	p.client = joined
}

// run has a message published, with a flush behind it: who waits is told when it is done.
func (p *publisher) run(m *publication) {
	one := undone{answer: m.answer}
	var err error
	if m.wait == 0 {
		err = p.client.Publish(m.message)
	} else {
		one.request, err = p.client.Request(m.message, m.wait)
	}
	if err != nil {
		m.answer <- &client.Response{Err: err}
		return
	}
	if one.request != 0 {
		p.open[one.request] = m.answer
	}
	if err := p.client.Flush(); err == nil {
		p.undone = append(p.undone, one)
	} else if one.request == 0 {
		m.answer <- &client.Response{Err: err}
	}
}

// fail tells who waits for the first that is not done that it will not be, unless they have been told.
func (p *publisher) fail(err error) {
	if len(p.undone) == 0 {
		return
	}
	first := &p.undone[0]
	if first.request != 0 {
		if p.open[first.request] == nil {
			return
		}
		delete(p.open, first.request)
	}
	if first.answer != nil {
		first.answer <- &client.Response{Err: err}
		first.answer = nil
	}
}
