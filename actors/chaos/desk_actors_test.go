package chaos_test

import (
	"context"
	"fmt"

	"github.com/asynkron/protoactor-go/actor"

	"github.com/troupe-mq/troupe/actors"
	"github.com/troupe-mq/troupe/actors/client"
)

// BadActor is an actor of others that does not do as it should.
type BadActor struct {
	Name    string
	Pattern string // what it subscribes to
	Does    Misdeed
}

// badActor is its actor.
type badActor struct {
	BadActor
	over   <-chan struct{}
	client *client.Client
}

func (a *badActor) Receive(ctx actor.Context) {
	switch ctx.Message().(type) {
	case *actor.Started:
		a.join(ctx)
	case *client.Message:
		switch a.Does {
		case panics:
			panic("an actor that cannot do anything else")
		case hangs:
			<-a.over
		default: // it has no time to read
		}
	case *client.Flushed:
		a.flood()
	case *client.Detached:
		a.join(ctx) // it comes back
	}
}

func (a *badActor) join(ctx actor.Context) {
	var err error
	if a.client, err = client.Join(ctx, client.Options{}); err == nil {
		_, err = a.client.Subscribe(a.Pattern)
	}
	if err != nil {
		panic(err)
	}
	if a.Does == floods {
		a.flood()
	}
}

// flood publishes until there is no room for more, and again when that is done.
func (a *badActor) flood() {
	for range chunk {
		if a.client.Publish(&client.Message{Subject: "flood", Data: []byte("0123456789abcdef")}) != nil {
			return
		}
	}
	_ = a.client.Flush() // if not even that has room, it is quiet from now on
}

// AddActor adds a bad actor.
func (d *Desk) AddActor(s BadActor, _ *Nothing) error {
	over := d.hold(s.Name)
	_, err := d.b.Spawn(context.Background(), actors.ActorSpec{
		Name: s.Name, Produce: func() actor.Actor { return &badActor{BadActor: s, over: over} },
	})
	return err
}

// RemoveActor removes an actor. One that hangs comes back first.
func (d *Desk) RemoveActor(name string, _ *Nothing) error {
	d.release(name)
	return d.b.Remove(name)
}

// Visit has so many actors join, subscribe and publish, one after the other, and
// end again. No name comes twice: Remove does not wait for the end.
func (d *Desk) Visit(n int, _ *Nothing) error {
	for range n {
		name := fmt.Sprintf("visitor-%d", d.visitors.Add(1))
		_, err := d.b.Spawn(context.Background(), actors.ActorSpec{Name: name, Produce: func() actor.Actor {
			return actor.ReceiveFunc(func(ctx actor.Context) {
				if _, ok := ctx.Message().(*actor.Started); ok {
					(&badActor{BadActor: BadActor{Pattern: "visit.*." + name}}).join(ctx)
				}
			})
		}})
		if err == nil {
			err = d.b.Remove(name)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// Registered is how many actors the actor system knows.
func (d *Desk) Registered(_ Nothing, n *int) error {
	for _, bucket := range d.b.System().ProcessRegistry.LocalPIDs.LocalPIDs {
		*n += bucket.Count()
	}
	return nil
}
