package actors_test

import (
	"context"
	"fmt"
	"log"
	"time"

	"github.com/nats-io/nats.go"

	"github.com/troupe-mq/troupe/actors"
)

// A broker inside a program, without a port. README.md shows the same lines; a
// test compares the two.
func Example() {
	broker, err := actors.Start(context.Background(), actors.Config{NoListen: true})
	if err != nil {
		log.Fatal(err)
	}
	defer func() { _ = broker.Stop(context.Background()) }()

	nc, err := nats.Connect("", nats.InProcessServer(broker))
	if err != nil {
		log.Fatal(err)
	}
	defer nc.Close()

	sub, _ := nc.SubscribeSync("greet.*")
	_ = nc.Publish("greet.you", []byte("hello"))
	m, err := sub.NextMsg(time.Second)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(m.Subject, string(m.Data))
	// Output: greet.you hello
}
