package oneline_test

import (
	"fmt"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/troupe-mq/troupe/actors/oneline"
)

func TestText(t *testing.T) {
	for _, tt := range []struct{ name, text, want string }{
		{"nothing", "", ""},
		{"harmless", `orders.* "new" C:\x = ünïcödé 日本 …`, `orders.* "new" C:\x = ünïcödé 日本 …`},
		{"a line of its own", "bob\n[ERROR] forged", `bob\n[ERROR] forged`},
		{"ends and moves", "\r\v\f\b\a\t\x00", `\r\v\f\b\a\t\x00`},
		{"a terminal's commands", "\x1b[2J\x7f\u009b2J", `\x1b[2J\x7f\u009b2J`},
		{"separators", "a\u0085b\u2028c\u2029d", `a\u0085b\u2028c\u2029d`},
		{"direction", "a\u202eb\u2066c\u200fd", `a\u202eb\u2066c\u200fd`},
		{"not seen", "a\u200bb\ufeffc\U000e0041d\u00ade", `a\u200bb\ufeffc\U000e0041d\u00ade`},
		{"no UTF-8", "a\xffb\xc3(\xed\xa0\x80\ufffd", `a\xffb\xc3(\xed\xa0\x80` + "\ufffd"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			assert.Equal(t, tt.want, oneline.Text(tt.text))
		})
	}
}

func TestCut(t *testing.T) {
	assert.Equal(t, strings.Repeat("x", 30), oneline.Cut(strings.Repeat("x", 30), 30), "it fits")
	assert.Equal(t, strings.Repeat("x", 16)+"... (31 bytes)", oneline.Cut(strings.Repeat("x", 31), 30))
	assert.Equal(t, `\n\n\n\n\n\n\n\n... (16 bytes)`, oneline.Cut(strings.Repeat("\n", 16), 30), "it would fit, were it not escaped")
	assert.Equal(t, strings.Repeat("ü", 7)+"... (200 bytes)", oneline.Cut(strings.Repeat("ü", 100), 30), "no character is cut in two")
	long := oneline.Cut(strings.Repeat("a\u202e", 1<<20), oneline.Most)
	assert.LessOrEqual(t, len(long), oneline.Most)
	assert.True(t, strings.HasSuffix(long, "... (4194304 bytes)"))
}

// What comes out is one line that can be printed, is no longer than it may be, and
// is not changed when it is looked at again.
func FuzzCut(f *testing.F) {
	f.Add("bob\n\x1b[31m\xff\u202e", 64)
	f.Add(strings.Repeat("\u2028", 99), 200)
	f.Add(`a"b\"c\`, 40)
	f.Fuzz(func(t *testing.T, text string, most int) {
		most = 40 + int(uint(most)%4096) // room for the note
		got := oneline.Cut(text, most)
		require.LessOrEqual(t, len(got), most)
		require.True(t, utf8.ValidString(got))
		require.False(t, strings.ContainsFunc(got, func(r rune) bool { return !unicode.IsPrint(r) }), "%q", got)
		require.Equal(t, got, oneline.Cut(got, most))
		whole := oneline.Text(text)
		require.Equal(t, whole, oneline.Text(whole))
		if len(whole) <= most {
			require.Equal(t, whole, got)
		}
		args := oneline.Args([]any{text, text})
		require.Equal(t, fmt.Sprint(args), fmt.Sprint(oneline.Args(args)))
	})
}

func TestHarmlessTextCostsNothing(t *testing.T) {
	args := []any{"cid", 7, "client", "127.0.0.1:4222", "name", "orders"}
	assert.Zero(t, testing.AllocsPerRun(100, func() { oneline.Args(args) }))
	assert.Zero(t, testing.AllocsPerRun(100, func() { oneline.Text("client connection closed") }))
}

func BenchmarkArgs(b *testing.B) {
	args := []any{"cid", 7, "client", "127.0.0.1:4222", "name", "orders"}
	for b.Loop() {
		oneline.Args(args)
	}
}
