// Command troupe-engine is the nats-server that Troupe starts to store streams, key-value buckets and objects, and to
// speak MQTT. It is a module of its own, so that the broker does not link the server. Put it beside troupe.
//
// It takes the flags of nats-server. Where the environment says so, it ends at the end of its standard input, which is
// that of the process that has started it.
package main

import (
	"flag"
	"fmt"
	"io"
	"os"

	"github.com/nats-io/nats-server/v2/server"
)

const (
	name = "troupe-engine"
	// watchStdin is set by package actors/engine.
	watchStdin = "TROUPE_ENGINE_WATCH_STDIN"
)

func main() {
	if err := run(os.Args[1:]); err != nil {
		fmt.Fprintf(os.Stderr, "%s: %v\n", name, err)
		os.Exit(1)
	}
}

func run(args []string) error {
	flags := flag.NewFlagSet(name, flag.ContinueOnError)
	flags.SetOutput(os.Stderr)
	version := func() {
		fmt.Printf("%s: v%s\n", name, server.VERSION)
		os.Exit(0)
	}
	opts, err := server.ConfigureOptions(flags, args, version, flags.Usage, server.PrintTLSHelpAndDie)
	if err != nil {
		return err
	}
	s, err := server.NewServer(opts)
	if err != nil {
		return err
	}
	s.ConfigureLogger()
	if os.Getenv(watchStdin) != "" {
		go func() {
			_, _ = io.Copy(io.Discard, os.Stdin) // an error is an end, too
			s.Shutdown()
			os.Exit(1)
		}()
	}
	if err := server.Run(s); err != nil {
		return err
	}
	if os.Getenv(watchStdin) != "" {
		forgetAtOnce(s)
	}
	s.WaitForShutdown()
	return nil
}
