package auditcmd

import (
	"errors"
	"flag"
	"fmt"
	"io"
	"slices"
)

// Name is the word that leads here.
const Name = "audit"

const usage = `
Usage: troupe audit verify [options] <file>...
       troupe audit cat [options] <file>...

A live file (audit.log) stands for its whole log, with the closed segments that
are beside it, compressed or not; a folder for all logs in it; a closed segment
for itself.

verify proves that no record of a log has been altered, moved, added or removed.
It says where the first one is broken, and exits with 1. Records that the log does
not vouch for are none of that: it lists them. A start of the broker has found them
behind the last seal, where a crash leaves what nobody was told is written, and where
anybody can put a line who may write the file.
    --key <nkey>        Public key that every seal must be signed with
    --seal <hash>       Hash that an earlier verify has printed: it must be in the log
    --part              Segments before the first and behind the last may be missing
    --strict            Exit with 2 if nothing is broken, and anything is or was
                        found without a seal; a group that is being written counts

cat prints records. It verifies nothing but that no line is damaged. Those that the
log does not vouch for have unproven=true, but for the last ones of a log whose
broker has not been started since.
    --user <user>       Records of a user
    --account <name>    Records of an account
    --cid <number>      Records of a connection
    --subject <pattern> Records about a subject; the pattern may have wildcards
    --verb <verb>       PUB, SUB, UNSUB, connected, authenticated, auth_failed,
                        evicted, disconnected, supervision, tap_added, tap_removed,
                        lame_duck, gap or refused
    --since <time>      Records from that time on, such as 2026-11-23T03:04:05Z,
                        2026-11-23, or 90m for that long ago
    --until <time>      Records before that time
    --json              The lines of the log as they are
    --text              One line for each, to be read by people (default)
`

// Run carries out a subcommand, and gives the exit code.
func Run(args []string, stdout, stderr io.Writer) int {
	commands := map[string]func([]string, io.Writer) error{"verify": verify, "cat": cat}
	if len(args) == 0 || slices.Contains([]string{"help", "-h", "--help"}, args[0]) {
		fmt.Fprint(stdout, usage)
		return 0
	}
	run, ok := commands[args[0]]
	if !ok {
		fmt.Fprintf(stderr, "troupe: there is no command audit %q\n%s", args[0], usage)
		return 1
	}
	switch err := run(args[1:], stdout); {
	case errors.Is(err, flag.ErrHelp):
		fmt.Fprint(stdout, usage)
	case errors.Is(err, errDoubtful):
		fmt.Fprintf(stderr, "troupe: %v\n", err)
		return 2
	case err != nil:
		fmt.Fprintf(stderr, "troupe: %v\n", err)
		return 1
	}
	return 0
}

// files reads the flags, and gives what stands behind them.
func files(fs *flag.FlagSet, args []string) ([]string, error) {
	fs.SetOutput(io.Discard)
	if err := fs.Parse(args); err != nil {
		return nil, err
	}
	if fs.NArg() == 0 {
		return nil, fmt.Errorf("audit %s: there is no file to read", fs.Name())
	}
	return fs.Args(), nil
}
