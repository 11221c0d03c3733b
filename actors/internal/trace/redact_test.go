package trace

import (
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestOneLine(t *testing.T) {
	for in, want := range map[string]string{
		"":                     "",
		"hello":                "hello",
		`say "hi" \ bye`:       `say "hi" \ bye`,
		"naïve 日本 👩‍💻":         "naïve 日本 👩‍💻",
		"no \xff text":         "no ? text",
		"a\nb":                 `"a\nb"`,
		"a\r\n[ERROR] \"b\"":   `"a\r\n[ERROR] \"b\""`,
		"tab\there":            `"tab\there"`,
		"\x1b[31mred\x00":      `"\x1b[31mred\x00"`,
		"\x7f":                 `"\x7f"`,
		"next\u0085line":       `"next\u0085line"`,
		"line\u2028separated":  `"line\u2028separated"`,
		"para\u2029graph":      `"para\u2029graph"`,
		"turned \u202e around": `"turned \u202e around"`,
		"no \xff text, but \n": `"no \xff text, but \n"`,
	} {
		assert.Equal(t, want, oneLine([]byte(in)), "%q", in)
	}
}

// Clients choose payloads and, within limits, subjects and options. None of it
// may look like a line that the broker has logged.
