// Slowconsumer lets a client stop reading what it has subscribed to, twice: once
// it is evicted, once the oldest of its messages are dropped and counted.
//
//	go run ./examples/slowconsumer
//
// The publisher is never held up. Try OverrunDropNew, or another MaxPending.
package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"log"
	"net"
	"slices"
	"strings"

	"github.com/troupe-mq/troupe/actors/config"

	"github.com/hashicorp/go-hclog"

	"github.com/troupe-mq/troupe/actors"
	"github.com/troupe-mq/troupe/actors/report"
	"github.com/troupe-mq/troupe/supervisor"
)

const (
	messages = 100
	size     = 3000
	limit    = 150_000 // bytes that may wait for one client: not quite fifty messages
)

func main() {
	for _, policy := range []config.Overrun{config.OverrunEvict, config.OverrunDropOld} {
		if err := run(context.Background(), policy); err != nil {
			log.Fatal(err)
		}
	}
}

func run(ctx context.Context, policy config.Overrun) error {
	fmt.Printf("policy %s: %d messages of %d bytes, and nobody reads\n", policy, messages, size)
	broker, err := actors.Start(ctx, actors.Config{
		NoListen: true, Logger: hclog.Default(), Partitions: 1, MaxPayload: size, MaxPending: limit, Overrun: policy,
	})
	if err != nil {
		return err
	}
	reader, sleeper := dial(broker, "SUB news 1")
	publisher, pongs := dial(broker)
	for n := range messages {
		say(publisher, fmt.Sprintf("PUB news %d", size), fmt.Sprintf("%0*d", size, n), "PING")
		pongs.Scan() // it has been sent to the connection, which is now asked
		if _, err := broker.Connections(ctx, report.ConnectionQuery{CID: 1}); err != nil {
			return err
		}
	}
	if err := told(ctx, broker); err != nil {
		return err
	}
	if policy == config.OverrunEvict {
		fmt.Println()
		return nil
	}
	return readOn(broker, reader, sleeper)
}

// told prints what the broker has to tell about the connections.
func told(ctx context.Context, broker *actors.Broker) error {
	events, err := broker.History(ctx, 0)
	if err != nil {
		return err
	}
	for _, e := range slices.Backward(events) { // the newest is first
		var slow *report.SlowConsumerError
		switch {
		case e.What == "pressure":
			level, _, _ := strings.Cut(e.Reason, ":")
			fmt.Println("  pressure:", level)
		case e.What == supervisor.Failed && errors.As(e.Err, &slow):
			fmt.Printf("  %s: %s, the last of what waits is on %q: %s\n", e.Path, slow.Reason, slow.Subject, e.Directive)
		}
	}
	return nil
}

// readOn lets the client wake up and read what is left.
func readOn(broker *actors.Broker, reader net.Conn, sleeper *bufio.Scanner) error {
	say(reader, "PING") // its PONG comes behind everything that waits
	read, newest := 0, ""
	for sleeper.Scan() && sleeper.Text() != "PONG" {
		if len(sleeper.Text()) == size { // not a MSG line, nor the broker's own PING
			read, newest = read+1, sleeper.Text()[size-2:]
		}
	}
	dropped := int(broker.Stats().Ledger.Dropped["overrun"])
	fmt.Printf("  the client wakes up and reads %d messages up to number %s; the ledger has %d dropped: %d in all\n",
		read, newest, dropped, read+dropped)
	return sleeper.Err()
}

// dial connects a client that says some lines, and waits until they are in force.
func dial(b *actors.Broker, lines ...string) (net.Conn, *bufio.Scanner) {
	nc, err := b.InProcessConn()
	if err != nil {
		panic(err) // the broker has been stopped
	}
	in := bufio.NewScanner(nc)
	in.Scan() // INFO
	say(nc, append(lines, `CONNECT {"verbose":false}`, "PING")...)
	for in.Scan() && in.Text() != "PONG" { // an +OK, until CONNECT says that none is wanted
	}
	return nc, in
}

func say(nc net.Conn, lines ...string) {
	_, _ = nc.Write([]byte(strings.Join(lines, "\r\n") + "\r\n")) // who is gone will not answer
}
