// Crash makes actors of a broker panic while two healthy clients talk to each
// other, and shows what the supervisor decided and that nothing was lost.
//
//	go run ./examples/crash
//
// Change the faults below, or publish from more clients: the last lines must
// stay as they are.
package main

import (
	"bufio"
	"context"
	"fmt"
	"log"
	"net"
	"slices"
	"strings"

	"github.com/hashicorp/go-hclog"

	"github.com/troupe-mq/troupe/actors"
	"github.com/troupe-mq/troupe/supervisor"
)

const rounds = 1000

func main() {
	if err := run(context.Background()); err != nil {
		log.Fatal(err)
	}
}

func run(ctx context.Context) error {
	broker, err := actors.Start(ctx, actors.Config{NoListen: true, Logger: hclog.Default(), Partitions: 2})
	if err != nil {
		return err
	}

	// Connections 1 and 2 play ball; the numbers on the ball only ever go up.
	ann, bob := dial(broker, "SUB pong 1"), dial(broker, "SUB ping 1")
	progress, result := make(chan int), make(chan error, 1)
	go func() {
		defer close(progress)
		result <- play(ann, bob, progress)
	}()

	for range 2 { // connections 3 and 4 are the victims; the partitions know who has subscribed to what
		dial(broker, "SUB ping 1")
	}
	for _, target := range []string{"connections/conn-3", "partitions/part-0", "connections/conn-4", "partitions/part-1"} {
		fmt.Printf("round %3d: %s panics\n", <-progress, target)
		report, err := broker.Inject(ctx, actors.Fault{Target: target, Kind: actors.FaultPanic})
		if err != nil {
			return err
		}
		fmt.Printf("           the supervisor says %s; gone: %t; lost by others: %d\n", report.Directive, report.Gone, report.Lost)
	}
	if err := <-result; err != nil {
		return err
	}
	fmt.Printf("after %d rounds: every message came, in order\n\nthe history of the supervisors:\n", rounds)
	events, err := broker.History(ctx, 0)
	for _, e := range slices.Backward(events) { // the newest is first
		if e.What == supervisor.Failed || e.What == supervisor.Restarted {
			fmt.Println(" ", e)
		}
	}
	return err
}

// play sends a numbered message to bob, and his answer back to ann, and so on.
func play(ann, bob *client, progress chan<- int) error {
	for n := range rounds {
		if n%250 == 125 {
			progress <- n // the fault strikes while the ball is in the air
		}
		ball := fmt.Sprintf("%04d", n)
		ann.say("PUB ping 4", ball)
		bob.say("PUB pong 4", bob.message())
		if got := ann.message(); got != ball {
			return fmt.Errorf("in round %d came %q", n, got)
		}
	}
	return nil
}

// client speaks the protocol as anybody could by telnet.
type client struct {
	nc    net.Conn
	lines *bufio.Scanner
}

func dial(b *actors.Broker, subscribe string) *client {
	nc, err := b.InProcessConn()
	if err != nil {
		panic(err) // the broker has been stopped
	}
	c := &client{nc: nc, lines: bufio.NewScanner(nc)}
	c.lines.Scan() // INFO
	c.say(`CONNECT {"verbose":false}`, subscribe, "PING")
	c.lines.Scan() // PONG: what was said before is in force
	return c
}

func (c *client) say(lines ...string) {
	_, _ = c.nc.Write([]byte(strings.Join(lines, "\r\n") + "\r\n")) // if it is gone, message comes up empty
}

// message is the next payload, empty if the connection has ended.
func (c *client) message() string {
	for c.lines.Scan() && c.lines.Text() == "PING" { // the broker asks whether anybody is there
		c.say("PONG")
	}
	c.lines.Scan() // what the MSG line announced
	return c.lines.Text()
}
