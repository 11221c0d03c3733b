package client

import (
	"slices"

	"github.com/asynkron/protoactor-go/actor"

	"github.com/troupe-mq/troupe/actors/internal/resident"
)

// joined is an actor that somebody else has written, and what the broker does
// around it: its clients end with it, and what it has handled makes room for more.
type joined struct {
	*resident.Spawned
	actor   actor.Actor
	clients []*Client
	pending int // clients that have not done yet what Started asked for
}

// Wrap produces what produce does, with what the broker does around it. Broker.Spawn, WithActor and AddTap wrap
// every actor that they start.
func Wrap(p *resident.Spawned, produce actor.Producer) actor.Producer {
	return func() actor.Actor {
		defer p.BegunBadly()
		return &joined{Spawned: p, actor: produce()}
	}
}

// Receive hands the actor its messages, those of the broker in their public form.
func (a *joined) Receive(ctx actor.Context) {
	switch m := ctx.Message().(type) {
	case *Message:
		a.deliver(ctx, m)
	case *expired:
		a.respond(ctx, m.client.expired(m.id))
	case *Detached:
		a.detached(ctx, m)
	case *Flushed:
		a.flushed(ctx, m.client)
	case *actor.Started:
		a.start(ctx)
	case *actor.Stopping, *actor.Restarting:
		defer a.leave() // its last words are heard
		a.actor.Receive(ctx)
	default:
		a.actor.Receive(ctx)
	}
}

// start is through when what the actor has asked for in Started is done: who has
// spawned it may rely on its subscriptions.
func (a *joined) start(ctx actor.Context) {
	defer a.BegunBadly()
	a.actor.Receive(ctx)
	for _, c := range a.clients {
		if c.Flush() == nil {
			c.begun = c.flushes
			a.pending++
		}
	}
	if a.pending == 0 {
		a.Begun()
	}
}

// flushed tells the actor of a flush, unless it was not the actor who wanted it.
func (a *joined) flushed(ctx actor.Context, c *Client) {
	c.flushed++
	if c.flushed != c.begun {
		a.actor.Receive(ctx)
		return
	}
	a.settled()
}

// settled is told that one of the clients has done what Started asked for.
func (a *joined) settled() {
	if a.pending--; a.pending == 0 {
		a.Begun()
	}
}

func (a *joined) deliver(ctx actor.Context, m *Message) {
	c := m.Subscription.client
	if c == nil { // from another actor, directly
		a.actor.Receive(ctx)
		return
	}
	defer c.link.window.leave(m.size)
	m.read()
	if m.Subscription.sid == inboxSid {
		a.respond(ctx, c.answered(m))
		return
	}
	a.actor.Receive(ctx)
}

// respond tells the actor what became of a request.
func (a *joined) respond(ctx actor.Context, r *Response) {
	if r != nil {
		a.actor.Receive(&relayed{ctx, r})
	}
}

// detached tells the actor that a client of its has ended, unless it knows.
func (a *joined) detached(ctx actor.Context, m *Detached) {
	for i, c := range a.clients {
		if c != m.client {
			continue
		}
		a.clients = slices.Delete(a.clients, i, i+1)
		if c.flushed < c.begun {
			a.settled() // as far as it ever will be
		}
		for id := range c.requests.open {
			c.requests.close(id)
			a.respond(ctx, &Response{ID: id, Err: ErrDetached, client: c})
		}
		a.actor.Receive(ctx)
		return
	}
}

// leave closes what is left of the actor's clients.
func (a *joined) leave() {
	for _, c := range a.clients {
		c.Close()
	}
	a.clients = nil
	a.Begun()
}

// relayed is a context with another message in it.
type relayed struct {
	actor.Context
	message any
}

// Message is the message to be handled.
func (r *relayed) Message() any { return r.message }
