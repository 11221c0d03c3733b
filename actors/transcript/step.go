package transcript

import (
	"fmt"
	"regexp"
	"strings"
	"time"
)

// Kind is what a line of a session asks for.
type Kind int

// The kinds of lines.
const (
	Remark   Kind = iota // a comment, or an empty line
	Config               // # config: key=value …
	Types                // A> text
	HangsUp              // A>! close
	Reads                // A< text
	IsQuiet              // A<<
	IsClosed             // A<! closed
	Passes               // ~ 2s
)

// Step is one line of a session.
type Step struct {
	Kind   Kind
	Line   int    // in the file, from 1
	Raw    string // as it stands there
	Client string
	Text   string        // bytes to send or to expect; of a Config its settings
	After  time.Duration // how much time passes
}

// maxLines is how many lines a session may have.
const maxLines = 100_000

// Parse reads a session. The error says in which line.
func Parse(text string) ([]Step, error) {
	lines := strings.Split(strings.TrimRight(text, "\n"), "\n")
	if len(lines) > maxLines {
		return nil, fmt.Errorf("a session has %d lines at most, and this one %d", maxLines, len(lines))
	}
	steps := make([]Step, 0, len(lines))
	for n, raw := range lines {
		s, err := ParseLine(raw)
		if err != nil {
			return nil, fmt.Errorf("line %d: %w", n+1, err)
		}
		s.Line = n + 1
		steps = append(steps, s)
	}
	return steps, nil
}

var clientStep = regexp.MustCompile(`^(\w+)(>!|>|<<|<!|<)(?: (.*))?$`)

// ParseLine reads one line. The step has no number.
func ParseLine(raw string) (s Step, err error) {
	s.Raw = raw
	if settings, ok := strings.CutPrefix(raw, "# config:"); ok {
		s.Kind, s.Text = Config, settings
		return s, nil
	}
	if raw == "" || strings.HasPrefix(raw, "#") {
		return s, nil
	}
	if d, ok := strings.CutPrefix(raw, "~ "); ok {
		s.Kind = Passes
		if s.After, err = time.ParseDuration(d); err == nil && s.After < 0 {
			err = fmt.Errorf("no time passes backwards: %s", d)
		}
		return s, err
	}
	m := clientStep.FindStringSubmatch(raw)
	if m == nil {
		return s, fmt.Errorf("not a step: %s", raw)
	}
	s.Client = m[1]
	open := false
	s.Text, open, err = Unquote(m[3])
	switch m[2] {
	case ">":
		s.Kind = Types
		if !open {
			s.Text += "\r\n"
		}
	case ">!":
		s.Kind = HangsUp
	case "<":
		s.Kind = Reads
	case "<<":
		s.Kind = IsQuiet
	case "<!":
		s.Kind = IsClosed
	}
	return s, err
}
