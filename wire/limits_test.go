package wire_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/troupe-mq/troupe/wire"
)

func TestControlLineLimit(t *testing.T) {
	fill := func(n int) string { return strings.Repeat("s", n) }
	tests := []struct {
		name, text string
		want       error
	}{
		{"sub at the limit", "SUB " + fill(30) + " 1\r\n", nil},
		{"sub above", "SUB " + fill(31) + " 1\r\n", wire.ErrMaxControlLine},
		{"sub above with bare LF", "SUB " + fill(31) + " 1\n", wire.ErrMaxControlLine},
		{"blanks in front do not count", "SUB    " + fill(30) + " 1\r\n", nil},
		{"blanks in front have their own limit", "SUB" + strings.Repeat(" ", 33) + "a 1\r\n", wire.ErrMaxControlLine},
		{"blanks behind count", "SUB " + fill(30) + " 1 \r\n", wire.ErrMaxControlLine},
		{"pub at the limit", "PUB " + fill(30) + " 1\r\nx\r\n", nil},
		{"pub above", "PUB " + fill(31) + " 1\r\nx\r\n", wire.ErrMaxControlLine},
		{"pub above, slowly", "PUB\t" + fill(31) + " 1\r\nx\r\n", wire.ErrMaxControlLine},
		{"hpub at the limit", "HPUB " + fill(28) + " 1 1\r\nx\r\n", nil},
		{"hpub above", "HPUB " + fill(29) + " 1 1\r\nx\r\n", wire.ErrMaxControlLine},
		{"connect at the limit", "CONNECT " + fill(32) + "\r\n", nil},
		{"connect above", "CONNECT " + fill(33) + "\r\n", wire.ErrMaxControlLine},
		{"info above", "INFO " + fill(33) + "\r\n", wire.ErrMaxControlLine},
		{"err above", "-ERR " + fill(33) + "\r\n", wire.ErrMaxControlLine},
		{"ping at the limit", "PING" + fill(32) + "\r\n", nil},
		{"ping above", "PING" + fill(33) + "\r\n", wire.ErrMaxControlLine},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			limits := wire.Limits{MaxControlLine: 32}
			whole := &session{Parser: wire.Parser{Headers: true, Limits: limits}}
			whole.feed([]byte(tt.text))
			bytewise := &session{Parser: wire.Parser{Headers: true, Limits: limits}}
			for i := range len(tt.text) {
				bytewise.feed([]byte{tt.text[i]})
			}
			if tt.want == nil {
				require.NoError(t, whole.err)
				require.NoError(t, bytewise.err)
				assert.Len(t, whole.commands, 1)
				return
			}
			assert.Equal(t, tt.want, whole.err)
			assert.Equal(t, tt.want, bytewise.err)
			assert.Empty(t, bytewise.commands)
		})
	}
}

func TestPayloadLimit(t *testing.T) {
	tests := []struct {
		name  string
		limit int
		line  string
		ok    bool
	}{
		{"default", 0, "PUB foo.bar 1048576\r\n", true},
		{"above the default", 0, "PUB foo.bar 1048577\r\n", false},
		{"exact", 5, "PUB foo.bar 5\r\n", true},
		{"above", 5, "PUB foo.bar 6\r\n", false},
		{"headers count", 5, "HPUB foo.bar 4 6\r\n", false},
		{"above the default by configuration", 2 << 20, "PUB foo.bar 2097152\r\n", true},
		{"no limit", -1, "PUB foo.bar 999999999\r\n", true},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			s := &session{Parser: wire.Parser{Headers: true, Limits: wire.Limits{MaxPayload: tt.limit}}}
			s.feed([]byte(tt.line))
			if tt.ok {
				require.NoError(t, s.err)
				assert.Greater(t, s.Want(), len(tt.line))
				return
			}
			assert.Equal(t, wire.ErrMaxPayload, s.err)
		})
	}
}

func TestLimitLoweredBetweenEqualLines(t *testing.T) {
	s := &session{}
	s.feed([]byte("PUB foo.bar 5\r\nhello\r\n"))
	require.NoError(t, s.err)
	s.MaxPayload = 4
	s.feed([]byte("PUB foo.bar 5\r\n"))
	assert.Equal(t, wire.ErrMaxPayload, s.err)
}
