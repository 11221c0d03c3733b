package tap_test

import (
	"context"
	"fmt"
	"log"

	"github.com/asynkron/protoactor-go/actor"
	"github.com/nats-io/nats.go"

	"github.com/troupe-mq/troupe/actors"
	"github.com/troupe-mq/troupe/actors/tap"
)

// counter is a tap that counts records, and what it was not given.
type counter struct {
	seen map[tap.Kind]int
	lost uint64
}

func (c *counter) Receive(ctx actor.Context) {
	batch, ok := ctx.Message().(*tap.Batch)
	if !ok {
		return // Started and the like
	}
	for r, n := range batch.Runs() {
		c.seen[r.Kind] += n // n records in a row differ in their Seq only
		if r.Kind == tap.Lost {
			c.lost += r.Gap.Count
		}
	}
}

// A tap that counts. It drops, so it slows nobody, and counts what it has missed too.
func Example() {
	ctx := context.Background()
	broker, err := actors.Start(ctx, actors.Config{NoListen: true})
	if err != nil {
		log.Fatal(err)
	}
	c := &counter{seen: make(map[tap.Kind]int)} // one for all incarnations
	if err := broker.AddTap(tap.Spec{Name: "counter"}, func() actor.Actor { return c }); err != nil {
		log.Fatal(err)
	}

	nc, err := nats.Connect("", nats.InProcessServer(broker))
	if err != nil {
		log.Fatal(err)
	}
	_, _ = nc.SubscribeSync("orders.*")
	for range 1000 {
		_ = nc.Publish("orders.new", nil)
	}
	_ = nc.Flush()
	_ = broker.RemoveTap("counter") // waits until the tap has had what there was

	fmt.Println(c.seen[tap.Authenticated], c.seen[tap.Subscribed], c.seen[tap.Published], c.lost)
	nc.Close()
	_ = broker.Stop(ctx)

	// Output: 1 1 1000 0
}

// A batch that a test makes, for a tap's Receive.
func ExampleNewBatch() {
	batch := tap.NewBatch("counter", nil,
		tap.Record{Kind: tap.Published, Subject: "orders.new", Size: 3},
		tap.Record{Kind: tap.Denied, Subject: "orders.all", Outcome: tap.OutcomeDenied})
	for r := range batch.Records() {
		fmt.Println(r.Kind, r.Subject, r.Outcome)
	}

	// Output:
	// published orders.new accepted
	// denied orders.all denied
}
