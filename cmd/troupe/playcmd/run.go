package playcmd

import (
	"errors"
	"flag"
	"fmt"
	"io"
	"net"
	"os"
	"slices"
	"strings"
	"time"

	"github.com/troupe-mq/troupe/actors/transcript"
	"github.com/troupe-mq/troupe/cmd/troupe/nearest"
)

// Name is the word that leads here.
const Name = "play"

const usage = `
Usage: troupe play [options] <file> [host:port]
       troupe play --own <file>
       troupe play --write <file> [host:port]

Plays a session file at a broker that runs (default: 127.0.0.1:4222) and shows what
is typed and what the broker says. It exits with 1 where that is something else than
the file says. The files in actors/testdata/sessions of the source are such files;
a line "# config:" says with which settings the broker must have been started.
    --own               Play it at a broker of its own, which ends with it
    --pause <duration>  Between two steps (default: 700ms)
    --wait <duration>   How long to wait for what the broker should say (default: 2s)

A trail can be played too: what a client did last whose connection failed, as an event
of /supervisionz or a line of the log in JSON has it. Its payloads are made up.

With --write what you type is sent, and written to the file with the answers. A line
is typed on connection A, or another if it begins with its name: B> PUB news 5. Other
lines of session files are taken too: "A>! close", "~ 2s", "# a comment". Ctrl-D ends.
`

const seeHelp = "troupe: see troupe play --help\n"

// settings are what the command line says.
type settings struct {
	file, address string
	write, own    bool
	trail         bool // the file is what a client did last
	pause, wait   time.Duration
}

// Run carries out the subcommand, and gives the exit code.
func Run(args []string, stdin io.Reader, stdout, stderr io.Writer) int {
	if slices.Contains(args, "help") && len(args) == 1 {
		args = []string{"-h"}
	}
	s, err := parse(args)
	switch {
	case errors.Is(err, flag.ErrHelp):
		fmt.Fprint(stdout, usage)
		return 0
	case err != nil:
		fmt.Fprintf(stderr, "troupe: play: %v\n%s", err, seeHelp)
		return 1
	}
	do := func() error { return s.play(stdout) }
	if s.write {
		do = func() error { return s.record(stdin, stdout) }
	}
	if err := do(); err != nil {
		fmt.Fprintf(stderr, "troupe: play: %v\n", err)
		return 1
	}
	return 0
}

func parse(args []string) (*settings, error) {
	s := &settings{address: "127.0.0.1:4222"}
	fs := flag.NewFlagSet(Name, flag.ContinueOnError)
	fs.SetOutput(io.Discard)
	fs.StringVar(&s.file, "write", "", "")
	fs.BoolVar(&s.own, "own", false, "")
	duration(fs, &s.pause, "pause", 700*time.Millisecond)
	duration(fs, &s.wait, "wait", 2*time.Second)
	if err := fs.Parse(args); err != nil {
		return nil, explain(err)
	}
	rest := fs.Args()
	if s.write = s.file != ""; !s.write && len(rest) > 0 {
		s.file, rest = rest[0], rest[1:]
	}
	switch {
	case s.file == "":
		return nil, errors.New("there is no file to play")
	case s.own && (s.write || len(rest) > 0):
		return nil, errors.New("--own is for a file alone: its broker has no address that one would know")
	case len(rest) > 1:
		return nil, fmt.Errorf("%q is too much: a file and an address are all", rest[1])
	case len(rest) == 1:
		s.address = rest[0]
	}
	if _, _, err := net.SplitHostPort(s.address); err != nil {
		return nil, fmt.Errorf("%q is no address such as 127.0.0.1:4222", s.address)
	}
	return s, nil
}

func duration(fs *flag.FlagSet, into *time.Duration, name string, usual time.Duration) {
	*into = usual
	fs.Func(name, "", func(text string) (err error) {
		if *into, err = time.ParseDuration(text); err != nil || *into < 0 || *into > time.Hour {
			return fmt.Errorf("%q is no duration such as 500ms", text)
		}
		return nil
	})
}

// explain makes a sentence of an error of the flag package.
func explain(err error) error {
	text := err.Error()
	if name, ok := strings.CutPrefix(text, "flag provided but not defined: -"); ok {
		return fmt.Errorf("there is no flag --%s%s", name, nearest.Hint("--"+name, []string{"--write", "--own", "--pause", "--wait"}))
	}
	if name, ok := strings.CutPrefix(text, "flag needs an argument: -"); ok {
		return fmt.Errorf("--%s needs a value", name)
	}
	if _, rest, ok := strings.Cut(text, " for flag -"); ok {
		return fmt.Errorf("--%s", rest)
	}
	return err
}

// load reads a session file, or a trail.
func (s *settings) load() ([]transcript.Step, error) {
	path := s.file
	info, err := os.Stat(path)
	if err != nil {
		return nil, err
	}
	if info.Size() > maxFile {
		return nil, fmt.Errorf("%s: a session has at most %d bytes", path, maxFile)
	}
	text, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	parse := transcript.Parse
	if s.trail = transcript.IsTrail(string(text)); s.trail {
		parse = transcript.ParseTrail
	}
	steps, err := parse(string(text))
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	return steps, nil
}

// maxFile is how large a session file may be, in bytes.
const maxFile = 16 << 20
