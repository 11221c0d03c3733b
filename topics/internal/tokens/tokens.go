package tokens

import "unsafe"

// View looks at b as a string without copying it. The string must not outlive
// the call that made it: whoever owns b will write to it again.
func View(b []byte) string { return unsafe.String(unsafe.SliceData(b), len(b)) }

// Count counts the tokens of a subject. It returns 0 if one of them is empty.
func Count(subject string) int {
	// Starting as if behind a dot makes a leading dot, and the empty subject,
	// the same case as two dots in a row.
	prev, dots := byte('.'), 0
	for i := range len(subject) {
		c := subject[i]
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

// End returns where the token that starts at s[at] ends: the next dot or
// len(s). The next token starts one further, so a position greater than
// len(s) means that there are no more tokens.
func End(s string, at int) int {
	for i := at; i < len(s); i++ {
		if s[i] == '.' {
			return i
		}
	}
	return len(s)
}

// Head returns where the first token of s ends and where the second one does;
// of a one-token s both are len(s).
func Head(s string) (first, second int) {
	first = End(s, 0)
	return first, End(s, min(first+1, len(s)))
}

// Start is where the token with that number begins; s has that many before it.
func Start(s string, number int) int {
	at := 0
	for range number {
		at = End(s, at) + 1
	}
	return at
}

// Nth is the token with that number, counted from 0; s has it.
func Nth(s string, number int) string {
	at := Start(s, number)
	return s[at:End(s, at)]
}

// Wild reports whether a token of a pattern is a wildcard.
func Wild(token string) bool { return token == "*" || token == ">" }

// Match reports whether the tokens of a valid pattern from i on match those of a
// subject without empty tokens from j on. Either is past the end if none are left.
func Match(pattern string, i int, subject string, j int) bool {
	for i <= len(pattern) && j <= len(subject) {
		if pattern[i:] == ">" {
			return true
		}
		iEnd, jEnd := End(pattern, i), End(subject, j)
		if p := pattern[i:iEnd]; p != "*" && p != subject[j:jEnd] {
			return false
		}
		i, j = iEnd+1, jEnd+1
	}
	return i > len(pattern) && j > len(subject)
}
