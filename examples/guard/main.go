// Guard puts two actors of its own into a broker: one that answers requests, and
// one before it that lets each client through only so often. Clients cannot tell
// them from any other service.
//
//	go run ./examples/guard
//
// Take NoListen out and let main wait, and ask from elsewhere: nats request
// api.upper hello.
package main

import (
	"bytes"
	"context"
	"fmt"
	"log"
	"time"

	"github.com/asynkron/protoactor-go/actor"
	"github.com/hashicorp/go-hclog"
	"github.com/nats-io/nats.go"

	"github.com/troupe-mq/troupe/actors"
	"github.com/troupe-mq/troupe/actors/client"
)

// upper answers requests, in capital letters.
type upper struct{ client *client.Client }

func (u *upper) Receive(ctx actor.Context) {
	switch m := ctx.Message().(type) {
	case *actor.Started:
		u.client = join(ctx, "inside.upper")
	case *client.Message:
		if err := u.client.Respond(m, bytes.ToUpper(m.Data)); err != nil {
			log.Print(err)
		}
	}
}

// guard passes on what comes to api.*, but no more than limit requests of one
// client in a minute. Who it is the broker says: a client cannot pretend.
type guard struct {
	limit  int
	client *client.Client
	since  time.Time
	count  map[uint64]int // requests by connection
}

func (g *guard) Receive(ctx actor.Context) {
	switch m := ctx.Message().(type) {
	case *actor.Started:
		g.client = join(ctx, "api.*")
	case *client.Message:
		if err := g.client.Publish(g.decide(m)); err != nil {
			log.Print(err)
		}
	}
}

// decide returns the request to pass on, which is answered to the client directly,
// or the refusal.
func (g *guard) decide(m *client.Message) *client.Message {
	if now := time.Now(); now.Sub(g.since) > time.Minute {
		g.since, g.count = now, map[uint64]int{}
	}
	if g.count[m.From.CID]++; g.count[m.From.CID] > g.limit {
		return &client.Message{Subject: m.Reply, Header: client.Header{"Error": {"429 not so fast, " + m.From.Name}}}
	}
	return &client.Message{Subject: "inside." + m.Subject[len("api."):], Reply: m.Reply, Data: m.Data}
}

// join makes an actor a client. If it fails the actor does, and its supervisor
// decides.
func join(ctx actor.Context, pattern string) *client.Client {
	client, err := client.Join(ctx, client.Options{})
	if err == nil {
		_, err = client.Subscribe(pattern)
	}
	if err != nil {
		panic(err)
	}
	return client
}

func main() {
	if err := run(context.Background()); err != nil {
		log.Fatal(err)
	}
}

func run(ctx context.Context) error {
	broker, err := actors.Start(ctx, actors.Config{NoListen: true, Logger: hclog.Default()},
		actors.WithActor(actors.ActorSpec{Name: "upper", Produce: func() actor.Actor { return &upper{} }}),
		actors.WithActor(actors.ActorSpec{Name: "guard", Produce: func() actor.Actor { return &guard{limit: 3} }}))
	if err != nil {
		return err
	}
	if err := ask(broker, "ann", 5); err != nil {
		return err
	}
	if err := ask(broker, "bob", 2); err != nil {
		return err
	}
	return broker.Stop(ctx)
}

// ask sends requests as any client would.
func ask(broker *actors.Broker, name string, requests int) error {
	nc, err := nats.Connect("", nats.InProcessServer(broker), nats.Name(name))
	if err != nil {
		return err
	}
	defer nc.Close()
	for n := range requests {
		answer, err := nc.Request("api.upper", fmt.Appendf(nil, "%s asks %d", name, n+1), 5*time.Second)
		if err != nil {
			return err
		}
		if refused := answer.Header.Get("Error"); refused != "" {
			fmt.Println("refused:", refused)
			continue
		}
		fmt.Printf("%s\n", answer.Data)
	}
	return nil
}
