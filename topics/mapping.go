package topics

import (
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// Mapping gives the subjects that match one pattern other names. It is never
// changed and may be used from any goroutine.
type Mapping struct {
	source, target string
	tokens         []string // of the target; one that comes from the source is empty
	from           []int    // for each of them, the number of the source's token, or -1
	rest           int      // the source's tokens from here on are copied; -1 if it has no >
}

// ErrMapping is what a name that cannot be mapped to is wrapped in.
var ErrMapping = errors.New("not a subject to map to")

var wildcardReference = regexp.MustCompile(`^(?:\$(\d+)|\{\{\s*wildcard\s*\(\s*(\d+)\s*\)\s*\}\})$`)

// NewMapping maps what matches source to names spelled by target, in which $1 or
// {{wildcard(1)}} is what the first * of source stands for, as is the first *, and
// a > at the end what the > of source stands for. Each wildcard of source must be
// used.
func NewMapping(source, target string) (*Mapping, error) {
	if !ValidPattern(source) || strings.ContainsAny(source, " \t\r\n") {
		return nil, fmt.Errorf("%q is not a pattern to map from", source)
	}
	wildcards, m := []int{}, &Mapping{source: source, rest: -1}
	for i, token := range strings.Split(source, ".") {
		switch token {
		case "*":
			wildcards = append(wildcards, i)
		case ">":
			m.rest = i
		}
	}
	if err := m.spell(target, wildcards); err != nil {
		return nil, fmt.Errorf("%w: %q, for %q: %s", ErrMapping, target, source, err)
	}
	return m, nil
}

// spell takes the target apart.
func (m *Mapping) spell(target string, wildcards []int) error {
	used := make(map[int]bool)
	stars := 0
	parts := strings.Split(target, ".")
	tail := parts[len(parts)-1] == ">"
	if tail != (m.rest >= 0) {
		return errors.New("a > at the end of one needs one at the end of the other")
	}
	if tail {
		parts = parts[:len(parts)-1]
	}
	shown := make([]string, 0, len(parts)+1)
	for _, token := range parts {
		number := 0
		if token == "*" {
			stars++
			number = stars
		} else if ref := wildcardReference.FindStringSubmatch(token); ref != nil {
			number, _ = strconv.Atoi(ref[1] + ref[2]) // 0, for one that is too large, is refused
			number = max(number, -number)
			if number == 0 {
				number = len(wildcards) + 1
			}
		}
		switch {
		case number > len(wildcards):
			return errors.New("it refers to a wildcard that there is not")
		case number > 0:
			used[number] = true
			m.tokens, m.from, shown = append(m.tokens, ""), append(m.from, wildcards[number-1]), append(shown, "*")
		case token == "" || token == ">" || strings.ContainsAny(token, " \t\r\n"):
			return errors.New("it has a token that no subject can have")
		case strings.Contains(token, "{{") || strings.HasPrefix(token, "$") && isNumber(token[1:]):
			return fmt.Errorf("%q is not understood", token)
		default:
			m.tokens, m.from, shown = append(m.tokens, token), append(m.from, -1), append(shown, token)
		}
	}
	if len(used) < len(wildcards) {
		return errors.New("it does not use all of the wildcards")
	}
	if tail {
		shown = append(shown, ">")
	}
	m.target = strings.Join(shown, ".")
	return nil
}

func isNumber(s string) bool {
	_, err := strconv.Atoi(s)
	return err == nil
}

// Source is the pattern of the subjects that are mapped.
func (m *Mapping) Source() string { return m.source }

// Target is the pattern of their other names.
func (m *Mapping) Target() string { return m.target }

// Same reports whether two mappings do the same.
func (m *Mapping) Same(o *Mapping) bool {
	return m.source == o.source && m.target == o.target && slices.Equal(m.from, o.from)
}

// Append appends the other name of subject to dst, and reports whether it has one.
func (m *Mapping) Append(dst, subject []byte) ([]byte, bool) {
	s := view(subject)
	if !Matches(m.source, s) {
		return dst, false
	}
	for i, token := range m.tokens {
		if i > 0 {
			dst = append(dst, '.')
		}
		if at := m.from[i]; at >= 0 {
			token = nthToken(s, at)
		}
		dst = append(dst, token...)
	}
	if m.rest >= 0 {
		if len(m.tokens) > 0 {
			dst = append(dst, '.')
		}
		dst = append(dst, s[tokenStart(s, m.rest):]...)
	}
	return dst, true
}

// Before is a pattern of subjects: those whose other names pattern matches, and
// perhaps more of those that are mapped. It reports false if there are none.
func (m *Mapping) Before(pattern string) (string, bool) {
	if !Overlap(pattern, m.target) {
		return "", false
	}
	tokens := strings.Split(m.source, ".")
	p := strings.Split(pattern, ".")
	for i, at := range m.from {
		if i >= len(p) || p[i] == ">" {
			break
		}
		if at >= 0 && p[i] != "*" {
			tokens[at] = p[i]
		}
	}
	if m.rest >= 0 && len(p) > len(m.tokens) {
		tokens = append(tokens[:m.rest], p[len(m.tokens):]...)
	}
	return strings.Join(tokens, "."), true
}

// tokenStart is where the token with that number begins; s has that many.
func tokenStart(s string, number int) int {
	at := 0
	for range number {
		at = tokenEnd(s, at) + 1
	}
	return at
}

func nthToken(s string, number int) string {
	at := tokenStart(s, number)
	return s[at:tokenEnd(s, at)]
}
