package auditcmd

import (
	"errors"
	"flag"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/troupe-mq/troupe/cmd/troupe/nearest"
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
    --user <user>       Records of a user, and of who has tried to be it
    --account <name>    Records of an account
    --cid <number>      Records of a connection
    --subject <pattern> Records about a subject; the pattern may have wildcards
    --verb <verb>       PUB, SUB, UNSUB, connected, authenticated, auth_failed,
                        evicted, disconnected, supervision, tap_added, tap_removed,
                        lame_duck, gap or refused
    --outcome <word>    accepted, delivered, no_interest, denied or refused
    --since <time>      Records from that time on, such as 2026-11-23T03:04:05Z,
                        2026-11-23, or 90m for that long ago
    --until <time>      Records before that time
    -n <number>         The last so many of them
    -f                  And then those that are written, until Ctrl-C; of what is there
                        the last 10 if -n does not say otherwise
    --by <key>          A summary instead: how many records there are of each user,
                        account, subject, verb or outcome; -n limits the rows
    --json              The lines of the log as they are
    --text              One line for each, with all that is in it (default, but for a
                        terminal)
    --columns           A table to look at, without hashes (default on a terminal)
`

// seeHelp follows an error of the command line.
const seeHelp = "troupe: see troupe audit --help\n"

// misuseError is that the command line makes no sense.
type misuseError struct{ text string }

func (e *misuseError) Error() string { return e.text }

func misuse(format string, args ...any) error { return &misuseError{fmt.Sprintf(format, args...)} }

// Run carries out a subcommand, and gives the exit code.
func Run(args []string, stdout, stderr io.Writer) int {
	commands := map[string]func([]string, io.Writer, io.Writer) error{"verify": verify, "cat": cat}
	if len(args) == 0 || slices.Contains([]string{"help", "-h", "--help"}, args[0]) {
		fmt.Fprint(stdout, usage)
		return 0
	}
	run, ok := commands[args[0]]
	if !ok {
		fmt.Fprintf(stderr, "troupe: there is no command audit %q: it is verify or cat\n%s", args[0], seeHelp)
		return 1
	}
	err := run(args[1:], stdout, stderr)
	switch wrong := (*misuseError)(nil); {
	case errors.Is(err, flag.ErrHelp):
		fmt.Fprint(stdout, usage)
		return 0
	case errors.Is(err, errDoubtful):
		fmt.Fprintf(stderr, "troupe: %v\n", err)
		return 2
	case errors.As(err, &wrong):
		fmt.Fprintf(stderr, "troupe: %v\n%s", err, seeHelp)
		return 1
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
		return nil, explain(fs, err)
	}
	if fs.NArg() == 0 {
		return nil, misuse("audit %s: there is no file to read", fs.Name())
	}
	return fs.Args(), nil
}

// explain makes a sentence of an error of the flag package.
func explain(fs *flag.FlagSet, err error) error {
	if errors.Is(err, flag.ErrHelp) {
		return err
	}
	text := err.Error()
	if name, ok := strings.CutPrefix(text, "flag provided but not defined: -"); ok {
		var known []string
		fs.VisitAll(func(f *flag.Flag) { known = append(known, f.Name) })
		near := nearest.Of(name, known)
		if near != "" {
			near = ", did you mean " + dashed(near) + "?"
		}
		return misuse("audit %s: there is no flag %s%s", fs.Name(), dashed(name), near)
	}
	if name, ok := strings.CutPrefix(text, "flag needs an argument: -"); ok {
		return misuse("audit %s: %s needs a value", fs.Name(), dashed(name))
	}
	if rest, ok := strings.CutPrefix(text, "invalid value "); ok {
		value, rest, _ := strings.Cut(rest, " for flag -")
		name, why, _ := strings.Cut(rest, ": ")
		if why == "parse error" || strings.HasPrefix(why, "strconv.") {
			why = value + " is no number"
		}
		return misuse("audit %s: %s: %s", fs.Name(), dashed(name), why)
	}
	return misuse("audit %s: %s", fs.Name(), text)
}

// dashed is a flag as the usage has it.
func dashed(name string) string {
	if len(name) == 1 {
		return "-" + name
	}
	return "--" + name
}

// oneOf reads a word that must be one of some, in any case.
func oneOf(into *string, what string, words []string) func(string) error {
	return func(s string) error {
		for _, w := range words {
			if strings.EqualFold(w, s) {
				*into = w
				return nil
			}
		}
		if near := nearest.Of(s, words); near != "" {
			return fmt.Errorf("there is no %s %q, did you mean %s?", what, s, near)
		}
		return fmt.Errorf("there is no %s %q: it is one of %s", what, s, strings.Join(words, ", "))
	}
}
