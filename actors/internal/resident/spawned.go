package resident

import (
	"context"
	"fmt"
	"sync"

	"github.com/troupe-mq/troupe/actors/internal/host"
	"github.com/troupe-mq/troupe/actors/internal/settings"
	"github.com/troupe-mq/troupe/actors/internal/transport"
	"github.com/troupe-mq/troupe/actors/report"
	"github.com/troupe-mq/troupe/supervisor"
)

// Env is what joining needs of a broker.
type Env struct {
	*host.Host
	Settings *settings.InForce
	Endpoint *transport.Endpoint                    // of all clients that are actors
	Accept   func(a transport.Arrival) (cid uint64) // makes a connection of a client
	Room     Room                                   // for what they say
}

// Spawned is what all incarnations of an actor that can join have in common.
type Spawned struct {
	*Env
	Name  string
	Role  string
	ready chan struct{} // closed when the first has begun
	once  sync.Once
	crash *supervisor.Crash // of the first in its beginning; set before ready is closed
}

// New makes what an actor of that name and role needs to join.
func New(v *Env, name, role string) *Spawned {
	return &Spawned{Env: v, Name: name, Role: role, ready: make(chan struct{})}
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
		return fmt.Errorf("troupe: starting actor %s: %w", p.Name, ctx.Err())
	}
}

// what is what it is, and its name where that is another.
func (p *Spawned) what() string {
	if p.Role == p.Name {
		return p.Name
	}
	return p.Role + " " + p.Name
}

// Because is what the actor failed with at its start, otherwise the error that it is given.
func (p *Spawned) Because(otherwise error) error {
	select {
	case <-p.ready:
		if p.crash != nil {
			return fmt.Errorf("troupe: %s has failed at its start: %w", p.what(), p.crash)
		}
	default:
	}
	return otherwise
}

// Begun lets those go on who wait for the actor.
func (p *Spawned) Begun() { p.once.Do(func() { close(p.ready) }) }

// BegunBadly keeps a panic for those who wait for the actor, and passes it on to the supervisor. It is deferred.
func (p *Spawned) BegunBadly() {
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
