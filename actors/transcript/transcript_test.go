package transcript_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/troupe-mq/troupe/actors/transcript"
)

func TestQuote(t *testing.T) {
	for _, s := range []string{"", "plain", "a\r\nb", "tab\t", `back\slash`, "\x00\xff\x7f", "grün …", "ends in a blank ", "\xe2\x82"} {
		back, open, err := transcript.Unquote(transcript.Quote(s))
		require.NoError(t, err)
		assert.False(t, open)
		assert.Equal(t, s, back)
	}
	assert.Equal(t, `\x00\xff`, transcript.Quote("\x00\xff"))
}

func TestFits(t *testing.T) {
	for _, tt := range []struct {
		want, got string
		fits      bool
	}{
		{"PONG", "PONG", true},
		{"PONG", "PONG ", false},
		{"INFO …", "INFO {}", true},
		{"…", "", true},
		{"MSG … 5", "MSG foo 1 5", true},
		{"MSG … 5", "MSG foo 1 6", false},
		{"a…b…c", "a-b-c", true},
		{"a…b…c", "a-c", false},
		{"aa…a", "aa", false},
	} {
		assert.Equal(t, tt.fits, transcript.Fits(tt.want, tt.got), "%s / %s", tt.want, tt.got)
	}
}

// Whatever a session says, it is read or refused, and what is read says where it stood.
func FuzzParse(f *testing.F) {
	for _, text := range []string{"A> PING\nA< PONG", "# config: a=b\n~ 2s\n", "A>! close\nA<! closed\nA<<", `A> \x41\`, "hello", "~ soon"} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		steps, err := transcript.Parse(text)
		if err != nil {
			assert.Regexp(t, `^(line \d+: |a session has)`, err.Error())
			return
		}
		lines := strings.Split(strings.TrimRight(text, "\n"), "\n")
		require.Len(t, steps, len(lines))
		for n, s := range steps {
			assert.Equal(t, lines[n], s.Raw)
			assert.Equal(t, n+1, s.Line)
		}
		back, _, err := transcript.Unquote(transcript.Quote(text))
		require.NoError(t, err)
		assert.Equal(t, text, back)
	})
}
