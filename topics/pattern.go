package topics

import "github.com/troupe-mq/troupe/topics/internal/tokens"

// ValidPattern reports whether pattern may be subscribed to: no token is
// empty, and > is only ever the last token. A wildcard character inside a
// longer token is no wildcard: foo*, *bar, a>b and ** are literal tokens.
func ValidPattern(pattern string) bool {
	for at := 0; at <= len(pattern); {
		end := tokens.End(pattern, at)
		if end == at || pattern[at:end] == ">" && end != len(pattern) {
			return false
		}
		at = end + 1
	}
	return true
}

// Literal reports whether no token of pattern is a wildcard, so that it
// matches the subject of the same spelling and nothing else.
func Literal(pattern string) bool {
	for i := range len(pattern) {
		// A wildcard is a * or > with a dot or an edge on either side.
		if c := pattern[i]; (c == '*' || c == '>') &&
			(i == 0 || pattern[i-1] == '.') &&
			(i == len(pattern)-1 || pattern[i+1] == '.') {
			return false
		}
	}
	return true
}

// Matches reports whether the valid pattern matches subject, whose tokens are
// all taken literally, a * or > among them too. It allocates nothing.
func Matches(pattern, subject string) bool {
	return tokens.Count(subject) > 0 && tokens.Match(pattern, 0, subject, 0)
}

// MatchesBytes is Matches for a subject in a buffer.
func MatchesBytes(pattern string, subject []byte) bool { return Matches(pattern, tokens.View(subject)) }

// Overlap reports whether some subject matches both of two valid patterns.
func Overlap(a, b string) bool {
	i, j := 0, 0
	for i <= len(a) && j <= len(b) {
		if a[i:] == ">" || b[j:] == ">" {
			return true // The other one has at least the one token left that > asks for.
		}
		iEnd, jEnd := tokens.End(a, i), tokens.End(b, j)
		if p, q := a[i:iEnd], b[j:jEnd]; p != q && p != "*" && q != "*" {
			return false
		}
		i, j = iEnd+1, jEnd+1
	}
	return i > len(a) && j > len(b)
}

// Covers reports whether wide matches every subject that narrow matches; both are
// valid patterns.
func Covers(wide, narrow string) bool {
	i, j := 0, 0
	for i <= len(wide) && j <= len(narrow) {
		if wide[i:] == ">" {
			return true
		}
		iEnd, jEnd := tokens.End(wide, i), tokens.End(narrow, j)
		p, q := wide[i:iEnd], narrow[j:jEnd]
		if narrow[j:] == ">" || p != q && p != "*" {
			return false
		}
		i, j = iEnd+1, jEnd+1
	}
	return i > len(wide) && j > len(narrow)
}
