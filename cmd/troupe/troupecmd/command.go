package troupecmd

import (
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"

	"github.com/troupe-mq/troupe/actors"
	"github.com/troupe-mq/troupe/cmd/troupe/auditcmd"
	"github.com/troupe-mq/troupe/cmd/troupe/logging"
)

// Main runs the command with the arguments of the process, and ends the process. options are actors and taps that the
// broker starts with, beside those of the configuration.
func Main(options ...actors.Option) {
	os.Exit(run(os.Args, os.Stdout, os.Stderr, options...))
}

// run is the command without the process around it. The result is the exit
// code: 0 when all went well, 1 for whatever did not.
func run(args []string, stdout, stderr io.Writer, options ...actors.Option) int {
	if len(args) > 1 && args[1] == auditcmd.Name {
		return auditcmd.Run(args[2:], stdout, stderr)
	}
	order, err := parse(args[1:])
	switch {
	case err != nil:
		complain(stderr, err)
		if order.misused {
			fmt.Fprint(stderr, usage)
		}
		return 1
	case order.verb == showHelp:
		fmt.Fprint(stdout, usage)
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
		return serve(filepath.Base(args[0]), order, stderr, options)
	}
	return 0
}

// serve runs the broker until it stops. What went wrong is written to stderr
// even when the log goes to a file: who started the process looks there.
func serve(program string, order *order, stderr io.Writer, options []actors.Option) int {
	log, err := logging.Open(order.settings.Log, stderr)
	if err != nil {
		complain(stderr, err)
		return 1
	}
	defer func() { _ = log.Close() }() // nobody is left to be told
	p := &process{program: program, order: order, log: log, added: options}
	log.Info("Starting troupe", "pid", os.Getpid())
	log.Info("Version: " + versionText())
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
