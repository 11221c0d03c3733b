package transcript

import (
	"encoding/json"
	"errors"
	"fmt"
	"regexp"
	"strconv"
	"strings"
)

// A trail is what a client did last, as a broker tells it with the failure of its connection: the
// time of day and a command on each line, without payloads. It may come as such lines, or as JSON
// in which there is a field "trail": an event of /supervisionz, or a line of the log.

var (
	trailLine = regexp.MustCompile(`^\d\d:\d\d:\d\d\.\d{3} (CONNECT|H?PUB|SUB|UNSUB|PING)\b`)
	between   = regexp.MustCompile(`; (\d\d:\d\d:\d\d\.\d{3} [A-Z])`)
)

// IsTrail reports whether a text is a trail and no session.
func IsTrail(text string) bool {
	text = strings.TrimSpace(text)
	return strings.HasPrefix(text, "{") || strings.HasPrefix(text, "[") || trailLine.MatchString(text)
}

// ParseTrail makes a session of a trail, on connection A. What the broker says to it is not known.
// Payloads are made up: they have the sizes that they had.
func ParseTrail(text string) ([]Step, error) {
	lines := strings.Split(strings.TrimSpace(text), "\n")
	if !trailLine.MatchString(lines[0]) {
		var document any
		if err := json.NewDecoder(strings.NewReader(text)).Decode(&document); err != nil {
			return nil, fmt.Errorf("it is no trail: %w", err)
		}
		if lines = find(document); len(lines) == 0 {
			return nil, errors.New("there is no trail in it")
		}
	}
	steps := make([]Step, 0, len(lines))
	for n, l := range lines {
		s, err := stepOf(strings.TrimSpace(l))
		if err != nil {
			return nil, fmt.Errorf("line %d: %w", n+1, err)
		}
		s.Line = n + 1
		steps = append(steps, s)
	}
	return steps, nil
}

// find is the first trail in a document. Events are listed with the newest first.
func find(document any) []string {
	switch d := document.(type) {
	case []any:
		for _, one := range d {
			if lines := find(one); lines != nil {
				return lines
			}
		}
	case map[string]any:
		if lines := linesOf(d["trail"]); lines != nil {
			return lines
		}
		for _, one := range d {
			if lines := find(one); lines != nil {
				return lines
			}
		}
	}
	return nil
}

// linesOf are the lines of a trail: a list in an event, one text in the log.
func linesOf(trail any) (lines []string) {
	switch t := trail.(type) {
	case []any:
		for _, one := range t {
			if l, ok := one.(string); ok {
				lines = append(lines, l)
			}
		}
	case string:
		lines = strings.Split(between.ReplaceAllString(t, "\n$1"), "\n")
	}
	return lines
}

// most is how large a payload is that is made up, in bytes.
const most = 64 << 20

// leastHeaders is how many bytes of headers there are at least.
const leastHeaders = len("NATS/1.0\r\n\r\n")

// stepOf makes a step of a command without its payload. A text that was cut is shorter then.
func stepOf(l string) (s Step, err error) {
	if !trailLine.MatchString(l) {
		return s, fmt.Errorf("%q is no command with its time", l)
	}
	_, command, _ := strings.Cut(strings.ReplaceAll(l, Gap, ""), " ")
	s = Step{Kind: Types, Client: "A", Raw: "A> " + command}
	if s.Text, _, err = Unquote(command); err != nil {
		return s, err
	}
	words := strings.Fields(s.Text)
	switch words[0] {
	case "CONNECT":
		s.Text = `CONNECT {"verbose":false,"headers":true,"no_responders":true}`
	case "PUB", "HPUB":
		payload, err := madeUp(words)
		if err != nil {
			return s, err
		}
		s.Text += "\r\n" + payload
	}
	s.Text += "\r\n"
	return s, nil
}

// madeUp is a payload of the size that a command says, behind headers that say nothing.
func madeUp(words []string) (string, error) {
	size, err := strconv.Atoi(words[len(words)-1])
	if err != nil || size < 0 || size > most {
		return "", fmt.Errorf("%q has no size that can be made up", strings.Join(words, " "))
	}
	head := 0
	if words[0] == "HPUB" {
		if head, err = strconv.Atoi(words[len(words)-2]); err != nil || head < leastHeaders || head > size {
			return "", fmt.Errorf("%q has no headers that can be made up", strings.Join(words, " "))
		}
		return "NATS/1.0" + strings.Repeat(" ", head-leastHeaders) + "\r\n\r\n" + strings.Repeat("x", size-head), nil
	}
	return strings.Repeat("x", size), nil
}
