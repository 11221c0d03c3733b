// Deadletters is a broker whose messages are not lost when nobody wants them: a
// tap, an actor that is told of everything that is published, publishes them
// again on dead.<subject>.
//
//	go run ./examples/deadletters
//
// The tap may drop: when it does not keep up, publishers are not held up, and it
// is told how many messages it has missed. With Policy: tap.Block they
// would wait for it. Mind the Subjects: one that is fed its own messages, which
// nobody may want either, never comes to rest.
package main

import (
	"context"
	"fmt"
	"log"
	"time"

	"github.com/asynkron/protoactor-go/actor"
	"github.com/hashicorp/go-hclog"
	"github.com/nats-io/nats.go"

	"github.com/troupe-mq/troupe/actors"
	"github.com/troupe-mq/troupe/actors/client"
	"github.com/troupe-mq/troupe/actors/tap"
)

// undertaker is the tap. It is a client of the broker as well.
type undertaker struct{ client *client.Client }

// Receive handles the undertaker's messages.
func (u *undertaker) Receive(ctx actor.Context) {
	switch m := ctx.Message().(type) {
	case *actor.Started:
		var err error
		if u.client, err = client.Join(ctx, client.Options{}); err != nil {
			panic(err) // its supervisor will try again
		}
	case *tap.Batch:
		for r := range m.Records() {
			u.bury(r)
		}
	}
}

func (u *undertaker) bury(r *tap.Record) {
	switch {
	case r.Kind == tap.Lost:
		log.Printf("%d messages were published that I have not seen: %s", r.Gap.Count, r.Gap.Reason)
	case r.Outcome == tap.OutcomeNoInterest:
		letter := &client.Message{Subject: "dead." + r.Subject, Data: r.Payload[r.Headers:]}
		if err := u.client.Publish(letter); err != nil {
			log.Printf("%s is lost: %v", r.Subject, err)
		}
	}
}

func main() {
	if err := run(); err != nil {
		log.Fatal(err)
	}
}

func run() error {
	ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
	defer cancel()
	broker, err := actors.Start(ctx, actors.Config{NoListen: true, Logger: hclog.Default()}, actors.WithTap(tap.Spec{
		Name:     "undertaker",
		Feeds:    tap.Commands,
		Subjects: []string{"orders.>"},
		Payload:  tap.PayloadAll,
	}, func() actor.Actor { return new(undertaker) }))
	if err != nil {
		return err
	}
	nc, err := nats.Connect("", nats.InProcessServer(broker))
	if err != nil {
		return err
	}
	inbox := make(chan *nats.Msg, 8)
	for _, subject := range []string{"orders.new", "dead.>"} {
		if _, err := nc.ChanSubscribe(subject, inbox); err != nil {
			return err
		}
	}
	for _, subject := range []string{"orders.new", "orders.old", "orders.lost"} {
		if err := nc.Publish(subject, []byte("an order on "+subject)); err != nil {
			return err
		}
	}
	for range 3 {
		m := <-inbox
		fmt.Printf("%s: %s\n", m.Subject, m.Data)
	}
	nc.Close()
	return broker.Stop(ctx)
}
