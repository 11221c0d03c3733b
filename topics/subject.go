package topics

import (
	"strings"

	"github.com/troupe-mq/troupe/topics/internal/tokens"
)

// ValidSubject reports whether a client in pedantic mode may publish to
// subject: no token is empty, and none is a lone * or >.
func ValidSubject(subject []byte) bool {
	return Routable(subject) && Literal(tokens.View(subject))
}

// Routable reports whether subject can match anything at all: it has no empty
// token. Not even > matches a subject that is not routable.
func Routable(subject []byte) bool { return tokens.Count(tokens.View(subject)) > 0 }

// Tokens counts the tokens of subject, empty ones included; the empty subject
// has one.
func Tokens(subject string) int { return strings.Count(subject, ".") + 1 }
