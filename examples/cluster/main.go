// Cluster shows three brokers that act as one: a client is told of all of them, a message finds its subscriber wherever that
// is, and a client whose broker stops goes to another one and misses nothing that is sent after that.
//
// By hand, in three windows:
//
//	$ go run ./cmd/troupe -p 4222 --cluster localhost:6222 --cluster_name c
//	$ go run ./cmd/troupe -p 4223 --cluster localhost:6223 --cluster_name c --routes localhost:6222
//	$ go run ./cmd/troupe -p 4224 --cluster localhost:6224 --cluster_name c --routes localhost:6222
//
// Subscribe at one with telnet, publish at another, and stop the third.
package main

import (
	"context"
	"fmt"
	"log"
	"time"

	"github.com/nats-io/nats.go"

	"github.com/troupe-mq/troupe/actors"
)

func main() {
	if err := run(); err != nil {
		log.Fatal(err)
	}
}

// start starts a broker that makes routes to some addresses.
func start(ctx context.Context, name string, routes ...string) (*actors.Broker, error) {
	return actors.Start(ctx, actors.Config{
		Host: "127.0.0.1", Port: -1, ServerName: name, ClusterName: "c",
		Cluster: &actors.Cluster{Host: "127.0.0.1", Port: -1, Routes: routes},
	})
}

func run() error {
	ctx, cancel := context.WithTimeout(context.Background(), 20*time.Second)
	defer cancel()
	first, err := start(ctx, "first")
	if err != nil {
		return err
	}
	seed := first.ClusterAddr().String()
	second, err := start(ctx, "second", seed)
	if err != nil {
		return err
	}
	third, err := start(ctx, "third", seed) // it hears of the second by the first
	if err != nil {
		return err
	}
	moved := make(chan string, 1)
	subscriber, err := nats.Connect(first.ClientURL(), nats.ReconnectWait(10*time.Millisecond), nats.ReconnectHandler(func(nc *nats.Conn) { moved <- nc.ConnectedServerName() }))
	if err != nil {
		return err
	}
	defer subscriber.Close()
	publisher, err := nats.Connect(third.ClientURL())
	if err != nil {
		return err
	}
	defer publisher.Close()
	if _, err := subscriber.Subscribe("orders.*", func(m *nats.Msg) { _ = m.Respond([]byte("got " + string(m.Data))) }); err != nil {
		return err
	}
	ask := func(order string) error {
		for { // what is wanted at one broker is known at the others in a moment
			m, err := publisher.Request("orders.new", []byte(order), time.Second)
			if err == nil {
				fmt.Println(string(m.Data))
				return nil
			}
			if ctx.Err() != nil {
				return err
			}
		}
	}
	if err := ask("one"); err != nil {
		return err
	}
	if err := first.Stop(ctx); err != nil {
		return err
	}
	to := <-moved
	fmt.Println("the subscriber has gone elsewhere:", to == "second" || to == "third")
	if err := ask("two"); err != nil {
		return err
	}
	if err := third.Stop(ctx); err != nil {
		return err
	}
	return second.Stop(ctx)
}
