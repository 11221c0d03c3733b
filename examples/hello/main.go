// Hello is a program with a broker in it: it publishes to itself and receives,
// by the ordinary NATS client and without a socket.
//
// While a broker of yours runs (go run ./cmd/troupe), the same by hand:
//
//	$ telnet localhost 4222
//	SUB greet.* 1
//	+OK
//	PUB greet.world 5
//	hello
//	+OK
//	MSG greet.world 1 5
//	hello
package main

import (
	"context"
	"fmt"
	"log"
	"time"

	"github.com/hashicorp/go-hclog"
	"github.com/nats-io/nats.go"

	"github.com/troupe-mq/troupe/actors"
)

func main() {
	if err := run(); err != nil {
		log.Fatal(err)
	}
}

func run() error {
	ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
	defer cancel()
	// Take NoListen out, and others can connect to port 4222 while this runs.
	broker, err := actors.Start(ctx, actors.Config{NoListen: true, Logger: hclog.Default()})
	if err != nil {
		return err
	}
	nc, err := nats.Connect("", nats.InProcessServer(broker))
	if err != nil {
		return err
	}
	sub, err := nc.SubscribeSync("greet.*")
	if err != nil {
		return err
	}
	for _, name := range []string{"world", "actors", "you"} {
		if err := nc.Publish("greet."+name, []byte("hello, "+name)); err != nil {
			return err
		}
	}
	for range 3 {
		m, err := sub.NextMsgWithContext(ctx)
		if err != nil {
			return err
		}
		fmt.Printf("%s: %s\n", m.Subject, m.Data)
	}
	nc.Close()
	return broker.Stop(ctx)
}
