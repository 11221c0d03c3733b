package mapping

import (
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/troupe-mq/troupe/topics"
	"github.com/troupe-mq/troupe/topics/internal/tokens"
)

// Mapping gives the subjects that match one pattern other names. It is never
// changed and may be used from any goroutine.
type Mapping struct {
	source, target string
	parts          []string // of the target; one that comes from the source is empty
	from           []int    // for each of them, the number of the source's token, or -1
	rest           int      // the source's tokens from here on are copied; -1 if it has no >
}

// ErrTarget is what a name that cannot be mapped to is wrapped in.
var ErrTarget = errors.New("not a subject to map to")

var wildcardReference = regexp.MustCompile(`^(?:\$(\d+)|\{\{\s*wildcard\s*\(\s*(\d+)\s*\)\s*\}\})$`)

// New maps what matches source to names spelled by target, in which $1 or
// {{wildcard(1)}} is what the first * of source stands for, as is the first *, and
// a > at the end what the > of source stands for. Each wildcard of source must be
// used.
func New(source, target string) (*Mapping, error) {
	stars, rest, err := wildcards(source)
	if err != nil {
		return nil, err
	}
	m := &Mapping{source: source, rest: rest}
	if err := m.spell(target, stars); err != nil {
		return nil, fmt.Errorf("%w: %q, for %q: %w", ErrTarget, target, source, err)
	}
	return m, nil
}

// wildcards are the numbers of the tokens of a source that are a *, and of the
// one that is a >, or -1.
func wildcards(source string) (stars []int, rest int, err error) {
	if !topics.ValidPattern(source) || strings.ContainsAny(source, " \t\r\n") {
		return nil, -1, fmt.Errorf("%q is not a pattern to map from", source)
	}
	rest = -1
	for i, token := range strings.Split(source, ".") {
		switch token {
		case "*":
			stars = append(stars, i)
		case ">":
			rest = i
		}
	}
	return stars, rest, nil
}

// What can be wrong with a target.
var (
	errTail  = errors.New("a > at the end of one needs one at the end of the other")
	errToken = errors.New("it has a token that no subject can have")
	errOpen  = errors.New("its {{ has no }}: in a file where a brace ends a block it needs quotes")
	errNone  = errors.New("it refers to a wildcard that there is not")
	errLost  = errors.New("it does not use all of the wildcards")

	errFunction = errors.New("it calls a function that there is not, or not with such arguments")
)

// spell takes the target apart; stars are where those of the source are.
func (m *Mapping) spell(target string, stars []int) error {
	parts := strings.Split(target, ".")
	last := len(parts) - 1
	if (parts[last] == ">") != (m.rest >= 0) {
		return errTail
	}
	if m.rest >= 0 {
		parts = parts[:last]
	}
	used, anonymous := make(map[int]bool), 0
	for i, token := range parts {
		if token == "*" {
			anonymous++
			token = "$" + strconv.Itoa(anonymous)
		}
		switch number, err := reference(token); {
		case err != nil:
			return err
		case number > len(stars):
			return errNone
		case number > 0:
			used[number], parts[i] = true, "*"
			m.parts, m.from = append(m.parts, ""), append(m.from, stars[number-1])
		default:
			m.parts, m.from = append(m.parts, token), append(m.from, -1)
		}
	}
	if len(used) < len(stars) {
		return errLost
	}
	if m.rest >= 0 {
		parts = append(parts, ">")
	}
	m.target = strings.Join(parts, ".")
	return nil
}

// reference is the number of the wildcard that a token of a target refers to, 0 if
// it means itself.
func reference(token string) (int, error) {
	if ref := wildcardReference.FindStringSubmatch(token); ref != nil {
		number, err := strconv.Atoi(ref[1] + ref[2])
		if err != nil || number == 0 {
			return 0, errNone
		}
		return number, nil
	}
	if strings.Contains(token, "{{") && !strings.Contains(token, "}}") {
		return 0, errOpen
	}
	if token == "" || token == ">" || strings.Contains(token, "{{") || strings.ContainsAny(token, " \t\r\n") {
		return 0, errToken
	}
	return 0, nil
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
	s := tokens.View(subject)
	if !topics.Matches(m.source, s) {
		return dst, false
	}
	for i, token := range m.parts {
		if i > 0 {
			dst = append(dst, '.')
		}
		if at := m.from[i]; at >= 0 {
			token = tokens.Nth(s, at)
		}
		dst = append(dst, token...)
	}
	if m.rest >= 0 {
		if len(m.parts) > 0 {
			dst = append(dst, '.')
		}
		dst = append(dst, s[tokens.Start(s, m.rest):]...)
	}
	return dst, true
}

// Before is a pattern of subjects: those whose other names pattern matches, and
// perhaps more of those that are mapped. It reports false if there are none.
func (m *Mapping) Before(pattern string) (string, bool) {
	if !topics.Overlap(pattern, m.target) {
		return "", false
	}
	before := strings.Split(m.source, ".")
	p := strings.Split(pattern, ".")
	for i, at := range m.from {
		if i >= len(p) || p[i] == ">" {
			break
		}
		if at >= 0 && p[i] != "*" {
			before[at] = p[i]
		}
	}
	if m.rest >= 0 && len(p) > len(m.parts) {
		before = append(before[:m.rest], p[len(m.parts):]...)
	}
	return strings.Join(before, "."), true
}
