package report_test

import (
	"context"
	"fmt"
	"log"

	"github.com/nats-io/nats.go"

	"github.com/troupe-mq/troupe/actors"
	"github.com/troupe-mq/troupe/actors/report"
)

// The connections of clients called worker, the one that was sent most first.
func ExampleConnectionQuery() {
	ctx := context.Background()
	broker, err := actors.Start(ctx, actors.Config{NoListen: true})
	if err != nil {
		log.Fatal(err)
	}
	nc, err := nats.Connect("", nats.InProcessServer(broker), nats.Name("worker"))
	if err != nil {
		log.Fatal(err)
	}
	_, _ = nc.SubscribeSync("jobs.*")
	_ = nc.Publish("jobs.new", []byte("sweep"))
	_ = nc.Flush()

	page, err := broker.Connections(ctx, report.ConnectionQuery{Search: "worker", Sort: "msgs_to", Subscriptions: true})
	if err != nil {
		log.Fatal(err)
	}
	for _, c := range page.Connections {
		fmt.Println(c.Name, c.OutMessages, c.OutBytes, c.Subscriptions[0].Subject)
	}
	nc.Close()
	_ = broker.Stop(ctx)

	// Output:
	// worker 1 5 jobs.*
}
