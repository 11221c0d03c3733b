package mapping

import (
	"fmt"
	"regexp"
	"strings"

	"github.com/troupe-mq/troupe/topics/internal/tokens"
)

// Transform makes new subjects out of those that match a pattern. Unlike a
// [Mapping] it may cut tokens up, hash them and leave them out, so that nothing
// leads back. It is never changed and may be used from any goroutine.
type Transform struct {
	source string
	pieces []piece
	rest   int // the source's tokens from here on are copied; -1 if it has no >
}

// piece appends one token of a name, or several, made of the tokens of s. It has
// random for a number from 0 to n-1.
type piece func(dst []byte, s string, random func(n int) int) []byte

var functionCall = regexp.MustCompile(`^\{\{\s*([a-zA-Z]+)\s*\((.*)\)\s*\}\}$`)

// NewTransform gives what matches source names spelled by target: its tokens are
// copied, but for $1 or {{wildcard(1)}}, which is what the first * of source stands
// for, for a > at the end, which both have or neither, and for calls of functions:
// {{partition(10,1,2)}} is a number below 10, a hash of what these wildcards stand
// for, or without any of the whole subject; {{random(10)}} any number below 10;
// {{split(1,-)}} the parts between the dashes; {{splitfromleft(1,2)}} the first two
// bytes and the others; {{slicefromleft(1,2)}} parts of two bytes; {{left(1,2)}} the
// first two bytes alone; and the same from the right.
func NewTransform(source, target string) (*Transform, error) {
	stars, rest, err := wildcards(source)
	if err != nil {
		return nil, err
	}
	t := &Transform{source: source, rest: rest}
	if err := t.spell(target, stars); err != nil {
		return nil, fmt.Errorf("%w: %q, for %q: %w", ErrTarget, target, source, err)
	}
	return t, nil
}

// spell takes the target apart; stars are where those of the source are.
func (t *Transform) spell(target string, stars []int) error {
	parts := strings.Split(target, ".")
	last := len(parts) - 1
	if (parts[last] == ">") != (t.rest >= 0) {
		return errTail
	}
	if t.rest >= 0 {
		parts = parts[:last]
	}
	for _, token := range parts {
		p, err := pieceOf(token, stars)
		if err != nil {
			return err
		}
		t.pieces = append(t.pieces, p)
	}
	return nil
}

// pieceOf is what one token of a target stands for.
func pieceOf(token string, stars []int) (piece, error) {
	number, err := reference(token)
	if call := functionCall.FindStringSubmatch(token); err != nil && call != nil {
		return function(call[1], strings.Split(call[2], ","), stars)
	}
	switch {
	case err != nil:
		return nil, err
	case token == "*":
		return nil, errToken
	case number > len(stars):
		return nil, errNone
	case number > 0:
		at := stars[number-1]
		return func(dst []byte, s string, _ func(int) int) []byte { return append(dst, tokens.Nth(s, at)...) }, nil
	default:
		return func(dst []byte, _ string, _ func(int) int) []byte { return append(dst, token...) }, nil
	}
}

// Source is the pattern of the subjects that have another name.
func (t *Transform) Source() string { return t.source }

// Append appends the name of a subject that matches Source to dst.
func (t *Transform) Append(dst, subject []byte, random func(n int) int) []byte {
	s := tokens.View(subject)
	for i, p := range t.pieces {
		if i > 0 {
			dst = append(dst, '.')
		}
		dst = p(dst, s, random)
	}
	if t.rest >= 0 {
		if len(t.pieces) > 0 {
			dst = append(dst, '.')
		}
		dst = append(dst, s[tokens.Start(s, t.rest):]...)
	}
	return dst
}
