package topics

import (
	"strings"
	"unsafe"
)

// ValidSubject reports whether a client in pedantic mode may publish to
// subject: no token is empty, and none is a lone * or >.
func ValidSubject(subject []byte) bool {
	s := view(subject)
	return Routable(subject) && Literal(s)
}

// Routable reports whether subject can match anything at all: it has no empty
// token. Not even > matches a subject that is not routable.
func Routable(subject []byte) bool { return routable(view(subject)) }

func routable(s string) bool { return routableTokens(s) > 0 }

// routableTokens counts the tokens of a routable subject. Of one that is not it
// returns 0.
func routableTokens(s string) int {
	// Starting as if behind a dot makes a leading dot, and the empty subject,
	// the same case as two dots in a row.
	prev, dots := byte('.'), 0
	for i := range len(s) {
		c := s[i]
		if c == '.' {
			if prev == '.' {
				return 0
			}
			dots++
		}
		prev = c
	}
	if prev == '.' {
		return 0
	}
	return dots + 1
}

// Tokens counts the tokens of subject, empty ones included; the empty subject
// has one.
func Tokens(subject string) int { return strings.Count(subject, ".") + 1 }

// tokenEnd returns where the token that starts at s[at] ends: the next dot or
// len(s). The next token starts one further, so a position greater than
// len(s) means that there are no more tokens.
func tokenEnd(s string, at int) int {
	for i := at; i < len(s); i++ {
		if s[i] == '.' {
			return i
		}
	}
	return len(s)
}

// head returns where the first token of s ends and where the second one does;
// of a one-token s both are len(s).
func head(s string) (first, second int) {
	first = tokenEnd(s, 0)
	return first, tokenEnd(s, min(first+1, len(s)))
}

// view looks at b as a string without copying it. The string must not outlive
// the call that made it: whoever owns b will write to it again.
func view(b []byte) string { return unsafe.String(unsafe.SliceData(b), len(b)) }
