// Queue shows three workers that share the work: each job goes to one of them,
// while an auditor beside the group sees them all.
//
// By hand, at a broker of yours (go run ./cmd/troupe), in two windows:
//
//	$ telnet localhost 4222
//	SUB jobs workers 1
//	+OK
//
// and in a third one, as often as you like,
//
//	PUB jobs 3
//	one
//
// Each message shows up in one of the two, by chance. Close one of them, and the
// other gets all.
package main

import (
	"context"
	"fmt"
	"log"
	"sync"
	"sync/atomic"
	"time"

	"github.com/hashicorp/go-hclog"
	"github.com/nats-io/nats.go"

	"github.com/troupe-mq/troupe/actors"
)

const (
	workers = 3
	jobs    = 300
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
	var done sync.WaitGroup
	var audited atomic.Int64
	var shares [workers]atomic.Int64
	done.Add(2 * jobs) // each is worked on once, and audited once
	for w := range workers {
		if _, err := nc.QueueSubscribe("jobs", "workers", func(*nats.Msg) { shares[w].Add(1); done.Done() }); err != nil {
			return err
		}
	}
	if _, err := nc.Subscribe("jobs", func(*nats.Msg) { audited.Add(1); done.Done() }); err != nil {
		return err
	}
	for range jobs {
		if err := nc.Publish("jobs", []byte("work")); err != nil {
			return err
		}
	}
	done.Wait()
	worked, idle := int64(0), 0
	for w := range workers {
		worked += shares[w].Load()
		if shares[w].Load() == 0 {
			idle++
		}
	}
	fmt.Printf("%d jobs: %d worked on, %d audited, %d of %d workers idle\n", jobs, worked, audited.Load(), idle, workers)
	nc.Close()
	return broker.Stop(ctx)
}
