package actorstest

import (
	"fmt"
	"regexp"
	"strings"
	"time"

	"github.com/troupe-mq/troupe/actors"
)

// stepKind is what a line of a session asks for.
type stepKind int

const (
	remark   stepKind = iota // a comment, or an empty line
	types                    // A> text
	hangsUp                  // A>! close
	reads                    // A< text
	isQuiet                  // A<<
	isClosed                 // A<! closed
	passes                   // ~ 2s
)

// step is one line of a session.
type step struct {
	kind   stepKind
	line   int    // in the file, from 1
	raw    string // as it stands there
	client string
	text   string // bytes to send or to expect
	after  time.Duration
}

var clientStep = regexp.MustCompile(`^(\w+)(>!|>|<<|<!|<)(?: (.*))?$`)

// parseScript reads a session.
func parseScript(text string) (config actors.Config, steps []step, err error) {
	for n, raw := range strings.Split(strings.TrimRight(text, "\n"), "\n") {
		s := step{line: n + 1, raw: raw}
		if settings, ok := strings.CutPrefix(raw, "# config:"); ok {
			err = configure(&config, settings)
		} else {
			err = s.parse()
		}
		if err != nil {
			return config, nil, fmt.Errorf("line %d: %w", s.line, err)
		}
		steps = append(steps, s)
	}
	return config, steps, nil
}

func (s *step) parse() (err error) {
	if s.raw == "" || strings.HasPrefix(s.raw, "#") {
		return nil
	}
	if d, ok := strings.CutPrefix(s.raw, "~ "); ok {
		s.kind = passes
		s.after, err = time.ParseDuration(d)
		return err
	}
	m := clientStep.FindStringSubmatch(s.raw)
	if m == nil {
		return fmt.Errorf("not a step: %s", s.raw)
	}
	s.client = m[1]
	open := false
	s.text, open, err = unquote(m[3])
	switch m[2] {
	case ">":
		s.kind = types
		if !open {
			s.text += "\r\n"
		}
	case ">!":
		s.kind = hangsUp
	case "<":
		s.kind = reads
	case "<<":
		s.kind = isQuiet
	case "<!":
		s.kind = isClosed
	}
	return err
}
