package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
)

const usage = `
Usage: troupe top [options] [address]

Shows a broker that runs, by its monitoring port (default: http://127.0.0.1:8222).
    --user <user>  Who closes connections: a user of the system account. From the
                   broker's own machine nobody is asked. The password is taken from
                   the environment, TROUPE_PASSWORD, and sent over HTTPS only, or
                   to this machine

Keys: 1 to 4 and Tab for the views, arrows, / to search, s to sort, k to close a
connection, q to end.
`

func main() {
	if err := run(os.Args[1:], os.Stdout); err != nil {
		fmt.Fprintf(os.Stderr, "troupe: top: %v\n", err)
		os.Exit(1)
	}
}

func run(args []string, stdout io.Writer) error {
	fs := flag.NewFlagSet("top", flag.ContinueOnError)
	fs.SetOutput(io.Discard)
	user := fs.String("user", "", "")
	switch err := fs.Parse(args); {
	case errors.Is(err, flag.ErrHelp) || len(args) == 1 && args[0] == "help":
		fmt.Fprint(stdout, usage)
		return nil
	case err != nil:
		return err
	case fs.NArg() > 1:
		return fmt.Errorf("%q is too much: an address is all", fs.Arg(1))
	}
	address := "http://127.0.0.1:8222"
	if fs.NArg() == 1 {
		address = fs.Arg(0)
	}
	f, err := newFeed(address, *user, os.Getenv("TROUPE_PASSWORD"))
	if err != nil {
		return err
	}
	return newScreen(f).run(context.Background())
}
