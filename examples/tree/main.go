// Tree draws the actors of a running broker, before and after two of them
// crash.
//
//	go run ./examples/tree
//
// Each line is one actor: its name, its role, its state, and in brackets what
// its supervisor does when it fails. The binary shows the same of itself, with
// the state of each mailbox, at /actorz?format=text.
package main

import (
	"bufio"
	"context"
	"fmt"
	"os"
	"time"

	"github.com/hashicorp/go-hclog"

	"github.com/troupe-mq/troupe/actors"
	"github.com/troupe-mq/troupe/supervisor"
)

func main() {
	if err := run(context.Background()); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func run(ctx context.Context) error {
	broker, err := actors.Start(ctx, actors.Config{Logger: hclog.Default(), Host: "127.0.0.1", Port: -1, Partitions: 2})
	if err != nil {
		return err
	}
	for range 3 {
		client, err := broker.InProcessConn()
		if err != nil {
			return err
		}
		if _, err := bufio.NewReader(client).ReadString('\n'); err != nil { // INFO: its actor runs
			return err
		}
	}
	fmt.Println("three clients:")
	if err := draw(ctx, broker, 3); err != nil {
		return err
	}
	for _, target := range []string{"connections/conn-2", "partitions/part-1"} {
		if _, err := broker.Inject(ctx, actors.Fault{Target: target, Kind: actors.FaultPanic}); err != nil {
			return err
		}
	}
	fmt.Println("\nconn-2 and part-1 have panicked:")
	return draw(ctx, broker, 2)
}

// draw prints the tree when it has so many connections: a supervisor hears of
// the end of a child a little after it.
func draw(ctx context.Context, broker *actors.Broker, connections int) error {
	ctx, cancel := context.WithTimeout(ctx, 5*time.Second)
	defer cancel()
	again := time.NewTicker(time.Millisecond)
	defer again.Stop()
	for {
		tree, err := broker.Tree(-1)
		if err != nil {
			return err
		}
		still(&tree)
		if find(&tree, "connections").ChildCount == connections {
			supervisor.Draw(os.Stdout, tree)
			return nil
		}
		select {
		case <-again.C:
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}

// still takes out what is different each time: how much each mailbox has handled.
func still(n *supervisor.Node) {
	n.Mailbox = nil
	for i := range n.Children {
		still(&n.Children[i])
	}
}

// find is the group of that name, an empty node if there is none.
func find(tree *supervisor.Node, name string) *supervisor.Node {
	for i := range tree.Children {
		if tree.Children[i].Name == name {
			return &tree.Children[i]
		}
	}
	return &supervisor.Node{}
}
