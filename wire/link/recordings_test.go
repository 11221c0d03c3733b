package link_test

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/troupe-mq/troupe/wire"
	"github.com/troupe-mq/troupe/wire/link"
)

// recorded is a line of a recording: maybe a time, maybe a connection, who speaks, and what it says.
var recorded = regexp.MustCompile(`^\s*(?:[\d.]+ )?((?:conn\d+ )?(?:hub|leaf|dialer|acceptor|S|C))> ?(.*)$`)

// streams are what each side of each connection of a recording has said.
func streams(t *testing.T, name string) map[string]string {
	t.Helper()
	text, err := os.ReadFile(name)
	require.NoError(t, err)
	said := make(map[string]*strings.Builder)
	for line := range strings.Lines(string(text)) {
		m := recorded.FindStringSubmatch(strings.TrimRight(line, "\n"))
		if m == nil || m[2] == "<closed>" {
			continue
		}
		if said[m[1]] == nil {
			said[m[1]] = &strings.Builder{}
		}
		said[m[1]].WriteString(m[2] + "\r\n")
	}
	all := make(map[string]string)
	for side, b := range said {
		all[side] = b.String()
	}
	return all
}

// TestRecordings: what real servers have said to each other is read to its end, in one piece and byte by byte.
func TestRecordings(t *testing.T) {
	names, err := filepath.Glob("testdata/*.txt")
	require.NoError(t, err)
	require.NotEmpty(t, names)
	for _, name := range names {
		t.Run(filepath.Base(name), func(t *testing.T) {
			said := streams(t, name)
			for side, stream := range said {
				if side == "leaf" || side == "C" {
					continue // no server, and its empty lines are not in the recording
				}
				dialect := link.Leaf
				if strings.Contains(name, "route") {
					dialect = link.Route
				}
				if conn, _, _ := strings.Cut(side, " "); strings.Contains(said[conn+" dialer"], `"route_account":`) {
					dialect = link.RouteOfAccount
				}
				limits := wire.Limits{MaxPayload: -1}
				whole, err := readAll(&link.Parser{Dialect: dialect, Limits: limits}, stream)
				require.NoError(t, err, side)
				assert.NotEmpty(t, whole, side)
				assert.Equal(t, whole, byBytes(t, &link.Parser{Dialect: dialect, Limits: limits}, stream), side)
			}
		})
	}
}

// byBytes reads a stream that comes one byte at a time, to its very end.
func byBytes(t *testing.T, p *link.Parser, stream string) (all []string) {
	t.Helper()
	var buf []byte
	for i := range len(stream) {
		buf = append(buf, stream[i])
		var c link.Command
		next, err := p.Next(buf, 0, &c)
		require.NoError(t, err, "byte %d", i)
		if next > 0 {
			all = append(all, parsed(buf, &c))
			require.Len(t, buf, next)
			buf = buf[:0]
		}
	}
	require.Empty(t, string(buf), "unfinished")
	return all
}
