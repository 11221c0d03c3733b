// Audit is an auditor of one's own: an actor that is told who publishes what, and
// has its say before anybody gets it. For one that writes files which nobody can
// alter unseen, see troupe --audit and package actors/audit.
//
//	go run ./examples/audit
package main

import (
	"context"
	"fmt"
	"log"

	"github.com/asynkron/protoactor-go/actor"
	"github.com/hashicorp/go-hclog"
	"github.com/nats-io/nats.go"

	"github.com/troupe-mq/troupe/actors"
	"github.com/troupe-mq/troupe/actors/tap"
)

// audit handles the auditor's messages. When it returns, the batch is taken, and
// its messages are delivered.
func audit(ctx actor.Context) {
	if batch, ok := ctx.Message().(*tap.Batch); ok {
		for r := range batch.Records() {
			if r.Kind == tap.Published {
				fmt.Printf("connection %d (%s) published %d bytes on %s\n", r.Origin.CID, r.Origin.Name, r.Size, r.Subject)
			}
		}
	}
}

func main() {
	ctx := context.Background()
	broker, err := actors.Start(ctx, actors.Config{NoListen: true, Logger: hclog.Default()}, actors.WithTap(
		tap.Spec{Name: "auditor", Policy: tap.Block}, // tap.Drop would hold nobody up, and may miss some
		func() actor.Actor { return actor.ReceiveFunc(audit) },
	))
	if err != nil {
		log.Fatal(err)
	}
	for _, name := range []string{"ann", "bob"} {
		nc, err := nats.Connect("", nats.InProcessServer(broker), nats.Name(name))
		if err != nil {
			log.Fatal(err)
		}
		for _, text := range []string{"one", "three"} {
			if err := nc.Publish("from."+name, []byte(text)); err != nil {
				log.Fatal(err)
			}
		}
		if err := nc.Flush(); err != nil { // the answer means that it has been audited
			log.Fatal(err)
		}
		nc.Close()
	}
	if err := broker.Stop(ctx); err != nil {
		log.Fatal(err)
	}
}
