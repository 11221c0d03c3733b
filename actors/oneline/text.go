package oneline

import (
	"fmt"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Most is how many bytes of a value a log line has.
const Most = 4 << 10

// Text is s with nothing in it that cannot be printed.
func Text(s string) string { return Cut(s, len(s)*longestEscape) }

// longestEscape is what a byte may become: four for one that is no UTF-8, and no
// more than that for each of a character.
const longestEscape = 4

// Cut is Text in no more than most bytes. What is cut off is replaced by a note of
// how long s is, for which most must have room.
func Cut(s string, most int) string {
	if len(s) <= most && printable(s) {
		return s
	}
	note := fmt.Sprintf("... (%d bytes)", len(s))
	out := make([]byte, 0, min(len(s)+len(note), most))
	fits := 0 // as much of out as leaves room for the note
	for i := 0; i < len(s); {
		r, n := utf8.DecodeRuneInString(s[i:])
		out = appendPrintable(out, r, s[i:i+n])
		if len(out) > most {
			return string(append(out[:fits], note...))
		}
		if len(out)+len(note) <= most {
			fits = len(out)
		}
		i += n
	}
	return string(out)
}

// printable reports whether s may stay as it is.
func printable(s string) bool {
	for i := 0; i < len(s); {
		if b := s[i]; b < utf8.RuneSelf {
			if b < ' ' || b == 0x7f {
				return false
			}
			i++
			continue
		}
		r, n := utf8.DecodeRuneInString(s[i:])
		if !shows(r, n) {
			return false
		}
		i += n
	}
	return true
}

// shows reports whether a character of n bytes can be printed.
func shows(r rune, n int) bool {
	return unicode.IsPrint(r) && (r != utf8.RuneError || n > 1)
}

// appendPrintable appends a character, or how Go writes it.
func appendPrintable(out []byte, r rune, text string) []byte {
	switch {
	case shows(r, len(text)):
		return append(out, text...)
	case len(text) == 1 && r == utf8.RuneError:
		return fmt.Appendf(out, `\x%02x`, text[0])
	default:
		quoted := strconv.QuoteRuneToASCII(r)
		return append(out, quoted[1:len(quoted)-1]...)
	}
}

// folded is a text of several lines in one: those that say something, without
// their indentation.
func folded(s string) string {
	var lines []string
	for line := range strings.Lines(s) {
		if line = strings.TrimSpace(line); line != "" {
			lines = append(lines, line)
		}
	}
	return strings.Join(lines, "; ")
}
