package client_test

import (
	"bytes"
	"context"
	"fmt"
	"log"
	"time"

	"github.com/asynkron/protoactor-go/actor"

	"github.com/troupe-mq/troupe/actors"
	"github.com/troupe-mq/troupe/actors/client"
)

// upper answers requests in capital letters.
type upper struct{ client *client.Client }

func (u *upper) Receive(ctx actor.Context) {
	switch m := ctx.Message().(type) {
	case *actor.Started:
		c, err := client.Join(ctx, client.Options{})
		if err != nil {
			panic(err) // the supervisor tries again, later and later
		}
		if _, err := c.QueueSubscribe("upper", "workers"); err != nil {
			panic(err)
		}
		u.client = c
	case *client.Message:
		_ = u.client.Respond(m, bytes.ToUpper(m.Data)) // who asks does not want to know, or has gone
	}
}

// An actor of a program's own becomes a client of the broker. What it asks for in Started
// is in force when Start returns.
func ExampleJoin() {
	ctx := context.Background()
	broker, err := actors.Start(ctx, actors.Config{NoListen: true}, actors.WithActor(actors.ActorSpec{
		Name: "upper", Produce: func() actor.Actor { return &upper{} },
	}))
	if err != nil {
		log.Fatal(err)
	}
	answer, err := broker.Request(ctx, &client.Message{Subject: "upper", Data: []byte("hello")})
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(string(answer.Data))
	_ = broker.Stop(ctx)

	// Output: HELLO
}

// store is an actor that cannot always do its work, and says so.
type store struct{}

func (store) Receive(ctx actor.Context) {
	if order, ok := ctx.Message().(string); ok {
		client.Announce(ctx, "disk full", "cannot write "+order)
		ctx.Respond("no")
	}
}

// An actor tells those who watch over the broker of something that is no crash.
func ExampleAnnounce() {
	ctx := context.Background()
	broker, err := actors.Start(ctx, actors.Config{NoListen: true})
	if err != nil {
		log.Fatal(err)
	}
	pid, err := broker.Spawn(ctx, actors.ActorSpec{Name: "store", Produce: func() actor.Actor { return store{} }})
	if err != nil {
		log.Fatal(err)
	}
	_, _ = broker.System().Root.RequestFuture(pid, "order 7", time.Second).Result()

	events, err := broker.History(ctx, 1)
	if err != nil {
		log.Fatal(err)
	}
	for _, e := range events {
		fmt.Println(e.Path, e.What, e.Reason)
	}
	_ = broker.Stop(ctx)

	// Output: troupe/actors/store disk full cannot write order 7
}
