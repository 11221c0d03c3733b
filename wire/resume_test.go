package wire_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/troupe-mq/troupe/wire"
)

// everything is all good input in one stream, some of it twice.
func everything() string {
	var text strings.Builder
	for _, tt := range good {
		text.WriteString(tt.text)
		if len(tt.text)%3 == 0 {
			text.WriteString(tt.text)
		}
	}
	return text.String()
}

func TestEveryCutGivesTheSameCommands(t *testing.T) {
	text := everything()
	whole := parse(text)
	require.NoError(t, whole.err)
	for cut := range len(text) + 1 {
		for _, compact := range []bool{false, true} {
			s := &session{Parser: wire.Parser{Headers: true}, compact: compact}
			s.feed([]byte(text[:cut]))
			s.feed([]byte(text[cut:]))
			require.NoError(t, s.err, "cut at %d", cut)
			require.Equal(t, whole.commands, s.commands, "cut at %d", cut)
			if !compact {
				require.Equal(t, whole.repeats, s.repeats, "cut at %d", cut)
			}
		}
	}
}

func TestByteByByte(t *testing.T) {
	text := everything()
	whole := parse(text)
	for _, compact := range []bool{false, true} {
		s := &session{Parser: wire.Parser{Headers: true}, compact: compact}
		for i := range len(text) {
			s.feed([]byte{text[i]})
		}
		require.NoError(t, s.err)
		assert.Equal(t, whole.commands, s.commands)
		assert.Equal(t, compact, len(text) != len(s.buf))
	}
}

func TestErrorsByteByByte(t *testing.T) {
	for _, tt := range bad {
		t.Run(tt.name, func(t *testing.T) {
			whole := parse(tt.text)
			for _, compact := range []bool{false, true} {
				s := &session{Parser: wire.Parser{Headers: true}, compact: compact}
				for i := range len(tt.text) {
					require.NoError(t, s.err, "after %d bytes", i)
					s.feed([]byte{tt.text[i]})
				}
				assert.Equal(t, tt.want, s.err)
				assert.Equal(t, whole.commands, s.commands)
			}
		})
	}
}

// Chunks as a slow network would cut them, and what is complete after each.
func TestScriptedChunks(t *testing.T) {
	type chunk struct {
		text     string
		commands int
		want     int
	}
	script := []chunk{
		{"CONN", 0, 0},
		{"ECT {}\r", 0, 0},
		{"\nPING\r\nS", 2, 0},
		{"UB foo ", 2, 0},
		{" 1\r\nPUB foo 5\r", 3, 0},
		{"\n", 3, 18},
		{"hel", 3, 18},
		{"lo\r", 3, 18},
		{"\nPUB foo 5\r\nhello", 4, 18},
		{"\r\nPUB foo re 300000\r\n", 5, 300021},
		{strings.Repeat("x", 300000), 5, 300021},
		{"\r\n", 6, 0},
		{"PONG\r\nPING", 7, 0},
		{"\n", 8, 0},
	}
	for _, compact := range []bool{false, true} {
		s := &session{compact: compact}
		for i, c := range script {
			s.feed([]byte(c.text))
			require.NoError(t, s.err, "chunk %d", i)
			require.Len(t, s.commands, c.commands, "chunk %d", i)
			require.Equal(t, c.want, s.Want(), "chunk %d", i)
		}
	}
}

func TestRepeat(t *testing.T) {
	tests := []struct {
		name, text string
		want       []bool
	}{
		{"same line", "PUB foo.bar 1\r\n1\r\nPUB foo.bar 1\r\n2\r\nPUB foo.bar 1\r\n3\r\n", []bool{false, true, true}},
		{"same subject, other size", "PUB foo.bar 1\r\n1\r\nPUB foo.bar 2\r\n22\r\n", []bool{false, true}},
		{"same subject, reply", "PUB foo.bar 1\r\n1\r\nPUB foo.bar re 1\r\n2\r\n", []bool{false, true}},
		{"same subject, HPUB", "PUB foo.bar 1\r\n1\r\nHPUB foo.bar 1 1\r\n2\r\npub  foo.bar 1\r\n3\r\n", []bool{false, true, true}},
		{"same subject, odd blanks", "PUB foo.bar 1\r\n1\r\nPUB foo.bar  1\r\n2\r\nPUB foo.bar  1\r\n2\r\n", []bool{false, true, true}},
		{"other subject", "PUB foo.bar 1\r\n1\r\nPUB foo.baz 1\r\n2\r\nPUB foo.bar 1\r\n1\r\n", []bool{false, false, false}},
		{"prefix", "PUB foo.bar 1\r\n1\r\nPUB foo.ba 1\r\n2\r\nPUB foo.bar 1\r\n1\r\n", []bool{false, false, false}},
		{"a command between", "PUB foo.bar 1\r\n1\r\nPING\r\nPUB foo.bar 1\r\n2\r\n", []bool{false, false, false}},
		{"only a beginning", "PUB a 1\r\n1\r\nPUB a 10\r\n0123456789\r\n", []bool{false, true}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			s := parse(tt.text)
			require.NoError(t, s.err)
			assert.Equal(t, tt.want, s.repeats)
		})
	}
}

// A new buffer has nothing to do with the former one, even if the same offset
// happens to hold the same bytes.
func TestNewBufferIsNotComparedWithTheFormer(t *testing.T) {
	p := wire.Parser{}
	var c wire.Command
	first := []byte("PUB foo.bar 1\r\n1\r\n")
	next, err := p.Next(first, 0, &c)
	require.NoError(t, err)
	require.Len(t, first, next)

	second := []byte("PUB foo.bar 1\r\n2\r\n")
	next, err = p.Next(second, 0, &c)
	require.NoError(t, err)
	require.Len(t, second, next)
	assert.False(t, c.Repeat)
	assert.Equal(t, "2", string(c.Body.Of(second)))
}

func TestParserDoesNotWriteAnUnfinishedCommand(t *testing.T) {
	p := wire.Parser{}
	want := wire.Command{Op: wire.OpInfo, Max: 7}
	for _, text := range []string{"", "P", "PUB foo.bar 1", "PUB foo.bar 1\r\n", "PUB foo.bar 1\r\nx\r"} {
		c := want
		next, err := p.Next([]byte(text), 0, &c)
		require.NoError(t, err)
		assert.Zero(t, next)
		assert.Equal(t, want, c)
	}
}

// The time for a large payload in small pieces must not grow with its square:
// the control line is parsed once, and then only counted.
func TestWantIsKnownFromTheControlLineOn(t *testing.T) {
	p := wire.Parser{}
	var c wire.Command
	buf := make([]byte, 0, 1<<21)
	buf = append(buf, "PUB big 1048576\r\n"...)
	next, err := p.Next(buf, 0, &c)
	require.NoError(t, err)
	require.Zero(t, next)
	require.Equal(t, p.Want(), len(buf)+1048576+2)
	for len(buf) < p.Want()-2 {
		buf = append(buf, buf[:min(100, p.Want()-2-len(buf))]...)
		// Were the control line read again, this would be an error.
		copy(buf, "#")
		next, err = p.Next(buf, 0, &c)
		require.NoError(t, err)
		require.Zero(t, next)
	}
	buf = append(buf, "\r\n"...)
	next, err = p.Next(buf, 0, &c)
	require.NoError(t, err)
	assert.Len(t, buf, next)
	assert.Zero(t, p.Want())
}

// The subject is known as soon as the control line is complete, and for as long as
// the payload is not, whatever stands in front.
func TestUnfinished(t *testing.T) {
	for _, text := range []string{"PUB a..b 5\r\nhello\r\n", "hpub\ta..b  r 12  17\r\nNATS/1.0\r\n\r\nhello\r\n", "PUB a..b 0\n\r\n"} {
		line := strings.IndexByte(text, '\n') + 1
		for _, before := range []string{"", "PING\r\n", text} {
			for cut := range len(text) {
				s := &session{Parser: wire.Parser{Headers: true}}
				s.feed([]byte(before + text[:cut]))
				require.NoError(t, s.err)
				subject, ok := s.Unfinished(s.at)
				require.Equal(t, cut >= line, ok, "%q", s.buf)
				if ok {
					require.Equal(t, "a..b", string(subject.Of(s.buf)))
				}
				s.feed([]byte(text[cut:]))
				_, ok = s.Unfinished(s.at)
				require.False(t, ok)
			}
		}
	}
	s := parse("PING\r\nPUB a..b 2\r\nhello\r\n")
	require.ErrorIs(t, s.err, wire.ErrUnknownOp)
	subject, ok := s.Unfinished(s.at)
	require.True(t, ok, "its payload is what is wrong")
	assert.Equal(t, "a..b", string(subject.Of(s.buf)))
	for _, wrong := range []string{"PUB a..b x\r\n", "PUB a..b 99999999\r\n", "PUBX"} {
		s := parse(wrong)
		require.Error(t, s.err)
		_, ok := s.Unfinished(s.at)
		assert.False(t, ok, wrong)
	}
}
