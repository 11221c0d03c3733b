package follow

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// TestSplit: whatever pieces it comes in, what goes out is shown by its lines, and payloads are not.
func TestSplit(t *testing.T) {
	const all = "INFO {\"a\":1} \r\n+OK\r\nMSG a 1 5\r\nM x 9\r\nHMSG b 2 inbox 12 14\r\nNATS/1.0\r\n\r\n\r\n\r\nMSG c 3 0\r\n\r\nPING\r\n-ERR 'x'\r\n"
	want := []string{`INFO {"a":1} `, "+OK", "MSG a 1 5", "HMSG b 2 inbox 12 14", "MSG c 3 0", "PING", "-ERR 'x'"}
	for n := 1; n <= len(all); n++ {
		var s splitter
		var got []string
		for rest := all; rest != ""; {
			piece := rest[:min(n, len(rest))]
			rest = rest[len(piece):]
			s.split([]byte(piece), func(l string) { got = append(got, l) })
		}
		require.Equal(t, want, got, "in pieces of %d", n)
	}
}

// TestFollowerIsBounded: it ends by itself, holds no more than it may, and says what it has left out.
func TestFollowerIsBounded(t *testing.T) {
	f, lines := New(3 * backlog)
	for range 2*backlog - 1 {
		f.In(strings.Repeat("x", 2*longest))
	}
	assert.Len(t, lines, backlog)
	assert.Less(t, len((<-lines).Text), longest+8)
	f.In("y")
	for range backlog - 1 {
		<-lines
	}
	assert.Equal(t, backlog-1, (<-lines).Missed)
	for range backlog {
		f.In("z")
	}
	assert.True(t, f.Over())
	f.In("nobody hears it")
	f.End()
	n := 0
	for range lines {
		n++
	}
	assert.Equal(t, backlog, n)
}
