package troupecmd

import (
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"

	"github.com/troupe-mq/troupe/actors/config"

	"github.com/troupe-mq/troupe/actors"
	"github.com/troupe-mq/troupe/cmd/troupe/auditcmd"
	"github.com/troupe-mq/troupe/cmd/troupe/logging"
	"github.com/troupe-mq/troupe/cmd/troupe/playcmd"
	"github.com/troupe-mq/troupe/cmd/troupe/topcmd"
	"github.com/troupe-mq/troupe/cmd/troupe/usage"
)

// Command is the troupe command, and what a main adds to it.
type Command struct {
	// Options are actors and taps that the broker starts with, beside those of the configuration.
	Options []actors.Option
	// Extensions have blocks of their own in the configuration file.
	Extensions []Extension
}

// Main runs the command with these additions, and does not return: see [Command.Main].
func Main(options ...actors.Option) { Command{Options: options}.Main() }

// Main runs the command with the arguments of the process. At the end of it, it ends the process.
func (c Command) Main() { os.Exit(c.Run(os.Args, os.Stdout, os.Stderr)) }

// Run is the command without the process around it. args begin with the name of the program. The result is the exit
// code: 0 when all went well, 1 for whatever did not.
func (c Command) Run(args []string, stdout, stderr io.Writer) int {
	if len(args) > 1 && args[1] == auditcmd.Name {
		return auditcmd.Run(args[2:], stdout, stderr)
	}
	if text, asked, err := usage.Manual(args[1:]); asked {
		if err != nil {
			complain(stderr, err)
			return 1
		}
		fmt.Fprint(stdout, text)
		return 0
	}
	if len(args) > 1 && args[1] == playcmd.Name {
		return playcmd.Run(args[2:], os.Stdin, stdout, stderr)
	}
	if len(args) > 1 && args[1] == topcmd.Name {
		return topcmd.Run(args[2:], stdout, stderr)
	}
	order, err := parse(args[1:], c.Extensions...)
	switch {
	case err != nil:
		complain(stderr, err)
		if order.misused {
			complain(stderr, errors.New(seeHelp))
		}
		return 1
	case order.verb == showHelp:
		fmt.Fprint(stdout, usage.Text)
	case order.verb == showVersion:
		fmt.Fprintln(stdout, versionLine(filepath.Base(args[0])))
	case order.verb == checkConfig:
		for _, w := range order.file.Warnings {
			complain(stderr, w)
		}
		fmt.Fprintf(stderr, "troupe: configuration file %s is valid (%s)\n", order.configFile, order.file.Digest)
	case order.verb == sendSignal:
		if err := send(order.signal, filepath.Base(args[0])); err != nil {
			complain(stderr, err)
			return 1
		}
	default:
		return c.serve(filepath.Base(args[0]), order, stderr)
	}
	return 0
}

// serve runs the broker until it stops. What went wrong is written to stderr
// even when the log goes to a file: who started the process looks there.
func (c Command) serve(program string, order *order, stderr io.Writer) int {
	log, err := logging.Open(order.settings.Log, stderr)
	if err != nil {
		complain(stderr, err)
		return 1
	}
	defer func() { _ = log.Close() }() // nobody is left to be told
	p := &process{program: program, order: order, log: log, added: c.Options}
	log.Info("Starting troupe", "pid", os.Getpid())
	log.Info("Version: " + config.Version())
	if order.configFile != "" {
		log.Info("Using configuration file: " + order.configFile + " (" + order.file.Digest + ")")
	}
	for _, w := range order.file.Warnings {
		log.Warn(w.Error())
	}
	if err := p.run(); err != nil {
		if log.Elsewhere() {
			log.Error(plain(err))
		}
		complain(stderr, err)
		return 1
	}
	return 0
}

// complain writes an error, one line for each that was joined into it.
func complain(stderr io.Writer, err error) {
	for line := range strings.Lines(err.Error()) {
		fmt.Fprintf(stderr, "troupe: %s\n", strings.TrimPrefix(strings.TrimSpace(line), "troupe: "))
	}
}

// plain is an error's text without the name of the program that says it.
func plain(err error) string { return strings.TrimPrefix(err.Error(), "troupe: ") }
