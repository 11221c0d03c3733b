package actorstest

import (
	"fmt"
	"os"
	"strings"
	"testing"
	"testing/synctest"

	"github.com/troupe-mq/troupe/actors/transcript"

	"github.com/troupe-mq/troupe/actors"
)

// Session plays a session file against a broker of its own, in virtual time, and
// requires that the broker says exactly what stands there, and nothing more. The
// lines of such a file are
//
//	# a comment
//	# config: max_payload=10 ping_interval=2s
//	A> SUB orders.* 1    what is typed on connection A; it is opened where it is first named
//	A> PUB a\x20b \      \r \n \t \xNN \\ are bytes; a single \ at the end leaves out the CRLF
//	A>! close            A hangs up
//	A< +OK               the next line that A gets; … stands for anything
//	A<<                  A has got nothing more
//	A<! closed           the broker has closed A's connection
//	~ 2s                 time passes
//
// Each step waits until the one before it has had all its effects. The INFO that
// greets every connection is read and left out.
func Session(t *testing.T, path string) {
	t.Helper()
	config, steps := load(t, path)
	synctest.Test(t, func(t *testing.T) {
		p := newPlay(t, path, config)
		for _, s := range steps {
			p.perform(s)
		}
		p.finish()
	})
}

// Rewrite plays a session file and writes down in it what the broker says. Look
// at the difference before you believe it.
func Rewrite(t *testing.T, path string) {
	t.Helper()
	config, steps := load(t, path)
	var out []string
	synctest.Test(t, func(t *testing.T) {
		out = newPlay(t, path, config).record(steps)
	})
	if err := os.WriteFile(path, []byte(strings.Join(out, "\n")+"\n"), 0o644); err != nil {
		t.Fatal(err)
	}
}

func load(t *testing.T, path string) (actors.Config, []transcript.Step) {
	t.Helper()
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	config, steps, err := parse(string(text))
	if err != nil {
		t.Fatalf("%s: %v", path, err)
	}
	return config, steps
}

// parse reads a session, and what its broker is to be like.
func parse(text string) (config actors.Config, steps []transcript.Step, err error) {
	if steps, err = transcript.Parse(text); err != nil {
		return config, nil, err
	}
	for _, s := range steps {
		if s.Kind != transcript.Config {
			continue
		}
		if err := configure(&config, s.Text); err != nil {
			return config, nil, fmt.Errorf("line %d: %w", s.Line, err)
		}
	}
	return config, steps, nil
}
