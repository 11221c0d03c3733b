package actors_test

import (
	"context"
	"fmt"
	"log"
	"os"
	"time"

	"github.com/asynkron/protoactor-go/actor"
	"github.com/nats-io/nats.go"

	"github.com/troupe-mq/troupe/actors"
	"github.com/troupe-mq/troupe/actors/client"
	"github.com/troupe-mq/troupe/actors/tap"
)

// A broker inside a program, without a port. README.md shows the same lines; a
// test compares the two.
func Example() {
	broker, err := actors.Start(context.Background(), actors.Config{NoListen: true})
	if err != nil {
		log.Fatal(err)
	}
	nc, err := nats.Connect("", nats.InProcessServer(broker))
	if err != nil {
		log.Fatal(err)
	}
	sub, _ := nc.SubscribeSync("greet.*")
	_ = nc.Publish("greet.you", []byte("hello"))
	if m, err := sub.NextMsg(time.Second); err == nil {
		fmt.Println(m.Subject, string(m.Data))
	}
	nc.Close()
	_ = broker.Stop(context.Background())
	// Output: greet.you hello
}

// A broker with a port: any free one, on the loopback address.
func ExampleStart() {
	ctx := context.Background()
	broker, err := actors.Start(ctx, actors.Config{Host: "127.0.0.1", Port: -1, MaxPayload: 64 << 10})
	if err != nil {
		log.Fatal(err)
	}
	nc, err := nats.Connect(broker.ClientURL())
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(nc.MaxPayload())
	nc.Close()
	fmt.Println(broker.Stop(ctx))

	// Output:
	// 65536
	// <nil>
}

// printer is a tap that prints what is published.
type printer struct{}

func (printer) Receive(ctx actor.Context) {
	batch, ok := ctx.Message().(*tap.Batch)
	if !ok {
		return
	}
	for r := range batch.Records() {
		fmt.Fprintln(os.Stdout, r.Subject, r.Size, r.Outcome)
	}
}

// A tap that is there from the start. It blocks: a publisher that has its answer knows
// that the tap has its message.
func ExampleWithTap() {
	ctx := context.Background()
	broker, err := actors.Start(ctx, actors.Config{NoListen: true}, actors.WithTap(
		tap.Spec{Name: "printer", Feeds: tap.Commands, Subjects: []string{"orders.>"}, Policy: tap.Block},
		func() actor.Actor { return printer{} }))
	if err != nil {
		log.Fatal(err)
	}
	nc, err := nats.Connect("", nats.InProcessServer(broker))
	if err != nil {
		log.Fatal(err)
	}
	_ = nc.Publish("orders.new", []byte("two"))
	_ = nc.Publish("weather", []byte("fine"))
	_ = nc.Publish("orders.paid", []byte("one"))
	_ = nc.Flush() // PONG: the tap has both
	nc.Close()
	_ = broker.Stop(ctx)

	// Output:
	// orders.new 3 accepted
	// orders.paid 3 accepted
}

// A tap that comes to a broker which runs, and goes again. It drops, so nobody waits for
// it, and it is told what became of each message.
func ExampleBroker_AddTap() {
	ctx := context.Background()
	broker, err := actors.Start(ctx, actors.Config{NoListen: true})
	if err != nil {
		log.Fatal(err)
	}
	err = broker.AddTap(tap.Spec{Name: "printer", Feeds: tap.Commands}, func() actor.Actor { return printer{} })
	if err != nil {
		log.Fatal(err)
	}
	_ = broker.Publish(ctx, &client.Message{Subject: "nobody.listens", Data: []byte("hello")})
	_, err = broker.Request(ctx, &client.Message{Subject: "nobody.answers"})
	fmt.Println(err)
	_ = broker.RemoveTap("printer") // waits until it has had what there was
	_ = broker.Stop(ctx)

	// Unordered output:
	// troupe: nobody is there to respond
	// nobody.listens 5 no_interest
	// nobody.answers 0 no_interest
}

// A reload takes over all of a configuration, or none of it.
func ExampleBroker_Reload() {
	ctx := context.Background()
	config := actors.Config{NoListen: true}
	broker, err := actors.Start(ctx, config)
	if err != nil {
		log.Fatal(err)
	}
	config.MaxPayload = 4096
	changes, err := broker.Reload(ctx, config)
	fmt.Println(changes, err)

	config.MaxPayload, config.Cluster = 8192, &actors.Cluster{Port: -1}
	_, err = broker.Reload(ctx, config)
	fmt.Println(err)
	fmt.Println(broker.Config().MaxPayload)
	_ = broker.Stop(ctx)

	// Output:
	// [max_payload = 4096] <nil>
	// config reload not supported for cluster listen: it takes a restart, since other servers make their routes to that address
	// 4096
}

// A partition panics, and gets its subscriptions back from the connections that own
// them. The client notices nothing.
func ExampleBroker_Inject() {
	ctx := context.Background()
	broker, err := actors.Start(ctx, actors.Config{NoListen: true, Partitions: 1})
	if err != nil {
		log.Fatal(err)
	}
	nc, err := nats.Connect("", nats.InProcessServer(broker))
	if err != nil {
		log.Fatal(err)
	}
	sub, _ := nc.SubscribeSync("greet.*")
	_ = nc.Flush()

	report, err := broker.Inject(ctx, actors.Fault{Target: "partitions/part-0", Kind: actors.FaultPanic})
	fmt.Println(report.Directive, report.Gone, report.Lost, err)

	_ = nc.Publish("greet.you", []byte("still here"))
	if m, err := sub.NextMsg(time.Second); err == nil {
		fmt.Println(string(m.Data))
	}
	nc.Close()
	_ = broker.Stop(ctx)

	// Output:
	// restart false 0 <nil>
	// still here
}
