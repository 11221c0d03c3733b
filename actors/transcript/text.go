package transcript

import (
	"fmt"
	"strconv"
	"strings"
)

// Gap stands for anything in an expected line.
const Gap = "…"

// Quote is how a session file spells bytes: as they are where one can see them,
// escaped where not.
func Quote(s string) string {
	var b strings.Builder
	for i, r := range s {
		switch {
		case r == '\\':
			b.WriteString(`\\`)
		case r == '\r':
			b.WriteString(`\r`)
		case r == '\n':
			b.WriteString(`\n`)
		case r == '\t':
			b.WriteString(`\t`)
		case r == '\uFFFD' && !strings.HasPrefix(s[i:], "\uFFFD"), r < ' ', r == 0x7F, r == ' ' && i == len(s)-1:
			fmt.Fprintf(&b, `\x%02x`, s[i])
		default:
			b.WriteRune(r)
		}
	}
	return b.String()
}

// Unquote is the bytes that a session file means. open says that the text ends
// in a single backslash: its line is not finished.
func Unquote(text string) (s string, open bool, err error) {
	var b strings.Builder
	for {
		before, after, found := strings.Cut(text, `\`)
		b.WriteString(before)
		if !found || after == "" {
			return b.String(), found, nil
		}
		size := 1
		switch after[0] {
		case 'r':
			b.WriteByte('\r')
		case 'n':
			b.WriteByte('\n')
		case 't':
			b.WriteByte('\t')
		case '\\':
			b.WriteByte('\\')
		case 'x':
			size = 3
			v, err := strconv.ParseUint(after[1:min(size, len(after))], 16, 8)
			if err != nil || len(after) < size {
				return "", false, fmt.Errorf(`\x wants two hexadecimal digits: %s`, after)
			}
			b.WriteByte(byte(v))
		default:
			return "", false, fmt.Errorf(`unknown escape \%c`, after[0])
		}
		text = after[size:]
	}
}

// Fits reports whether a line is as expected, gaps allowed.
func Fits(want, got string) bool {
	first, rest, open := strings.Cut(want, Gap)
	if !open {
		return want == got
	}
	if !strings.HasPrefix(got, first) {
		return false
	}
	got = got[len(first):]
	pieces := strings.Split(rest, Gap)
	for _, p := range pieces[:len(pieces)-1] {
		_, after, found := strings.Cut(got, p)
		if !found {
			return false
		}
		got = after
	}
	return strings.HasSuffix(got, pieces[len(pieces)-1])
}
