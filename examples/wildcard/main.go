// Wildcard shows what * and > match: one token, and the rest of a subject. Each
// line is a message, and which of the subscriptions got it.
//
// By hand, at a broker of yours (go run ./cmd/troupe):
//
//	$ telnet localhost 4222
//	SUB orders.*.paid 1
//	+OK
//	SUB orders.> 2
//	+OK
//	PUB orders.17.paid 2
//	ok
//
// and the message comes twice, once for each of them. Then try orders.paid, and
// orders alone.
package main

import (
	"context"
	"fmt"
	"log"
	"strings"
	"time"

	"github.com/hashicorp/go-hclog"
	"github.com/nats-io/nats.go"

	"github.com/troupe-mq/troupe/actors"
)

var (
	patterns = []string{"orders.17.paid", "orders.*.paid", "orders.*", "orders.>", ">"}
	subjects = []string{"orders", "orders.paid", "orders.17.paid", "orders.17.paid.twice", "invoices.17.paid"}
)

func main() {
	if err := run(); err != nil {
		log.Fatal(err)
	}
}

func run() error {
	ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
	defer cancel()
	broker, err := actors.Start(ctx, actors.Config{NoListen: true, Logger: hclog.Default()})
	if err != nil {
		return err
	}
	nc, err := nats.Connect("", nats.InProcessServer(broker))
	if err != nil {
		return err
	}
	subs := make([]*nats.Subscription, len(patterns))
	for i, p := range patterns {
		if subs[i], err = nc.SubscribeSync(p); err != nil {
			return err
		}
	}
	for _, subject := range subjects {
		if err := nc.Publish(subject, nil); err != nil {
			return err
		}
		// The answer to the PING in Flush comes behind everything published
		// before it: what is not here now will not come.
		if err := nc.FlushWithContext(ctx); err != nil {
			return err
		}
		var got []string
		for _, s := range subs {
			if _, err := s.NextMsg(time.Millisecond); err == nil {
				got = append(got, s.Subject)
			}
		}
		fmt.Printf("%-22s %s\n", subject, strings.Join(got, "  "))
	}
	nc.Close()
	return broker.Stop(ctx)
}
