package client

import (
	"context"
	"fmt"
	"slices"
	"sync"

	"github.com/asynkron/protoactor-go/actor"

	"github.com/troupe-mq/troupe/actors/report"
	"github.com/troupe-mq/troupe/supervisor"
)

// joined is an actor that somebody else has written, and what the broker does
// around it: its clients end with it, and what it has handled makes room for more.
type joined struct {
	*Spawned
	actor   actor.Actor
	clients []*Client
	pending int // clients that have not done yet what Started asked for
}

// Spawned is what all incarnations of an actor that can join have in common. Package actors uses it;
// extensions have no use for it.
type Spawned struct {
	env   *Env
	name  string
	role  string
	ready chan struct{} // closed when the first has begun
	once  sync.Once
	crash *supervisor.Crash // of the first in its beginning; set before ready is closed
}

// NewSpawned makes what an actor of that name and role needs to join.
func NewSpawned(v *Env, name, role string) *Spawned {
	return &Spawned{env: v, name: name, role: role, ready: make(chan struct{})}
}

// Wrap produces what produce does, with what the broker does around it.
func (p *Spawned) Wrap(produce actor.Producer) actor.Producer {
	return func() actor.Actor {
		defer p.begunBadly()
		return &joined{Spawned: p, actor: produce()}
	}
}

// Await waits until the first incarnation of the actor has begun. The error is what it failed with in its producer or
// in Started, a *supervisor.Crash; report.ErrStopped if done is closed before; or that of ctx.
func (p *Spawned) Await(ctx context.Context, done <-chan struct{}) error {
	select {
	case <-p.ready:
		return p.Because(nil)
	case <-done:
		return report.ErrStopped
	case <-ctx.Done():
		return fmt.Errorf("troupe: starting actor %s: %w", p.name, ctx.Err())
	}
}

// Because is what the actor failed with at its start, otherwise the error that it is given.
func (p *Spawned) Because(otherwise error) error {
	select {
	case <-p.ready:
		if p.crash != nil {
			return fmt.Errorf("troupe: %s %s has failed at its start: %w", p.role, p.name, p.crash)
		}
	default:
	}
	return otherwise
}

// begun lets those go on who wait for the actor.
func (p *Spawned) begun() { p.once.Do(func() { close(p.ready) }) }

// begunBadly keeps a panic for those who wait for the actor, and passes it on to the supervisor. It is deferred.
func (p *Spawned) begunBadly() {
	r := recover()
	if r == nil {
		return
	}
	c := supervisor.Caught(r)
	p.once.Do(func() {
		p.crash = c
		close(p.ready)
	})
	panic(c)
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
	defer a.begunBadly()
	a.actor.Receive(ctx)
	for _, c := range a.clients {
		if c.Flush() == nil {
			c.begun = c.flushes
			a.pending++
		}
	}
	if a.pending == 0 {
		a.begun()
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
		a.begun()
	}
}

func (a *joined) deliver(ctx actor.Context, m *Message) {
	c := m.Subscription.client
	if c == nil { // from another actor, directly
		a.actor.Receive(ctx)
		return
	}
	defer c.link.window.leave(m.size)
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
	a.begun()
}

// relayed is a context with another message in it.
type relayed struct {
	actor.Context
	message any
}

// Message is the message to be handled.
func (r *relayed) Message() any { return r.message }
