package flight_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/troupe-mq/troupe/actors/internal/flight"
	"github.com/troupe-mq/troupe/wire"
)

var noon = time.Date(2026, 11, 29, 12, 0, 0, 7e6, time.Local)

// TestLines: a command is shown as a session file has it, and its payload is not.
func TestLines(t *testing.T) {
	for _, c := range []struct {
		of   flight.Command
		want string
	}{
		{flight.Command{Op: wire.OpConnect}, "CONNECT"},
		{flight.Command{Op: wire.OpPub, Subject: []byte("a.b"), Size: 5}, "PUB a.b 5"},
		{flight.Command{Op: wire.OpPub, Subject: []byte("a.b"), Reply: []byte("inbox"), Size: 0}, "PUB a.b inbox 0"},
		{flight.Command{Op: wire.OpHpub, Subject: []byte("a"), Headers: 12, Size: 17}, "HPUB a 12 17"},
		{flight.Command{Op: wire.OpSub, Subject: []byte("a.>"), SID: []byte("9")}, "SUB a.> 9"},
		{flight.Command{Op: wire.OpSub, Subject: []byte("a.>"), Queue: []byte("q"), SID: []byte("9")}, "SUB a.> q 9"},
		{flight.Command{Op: wire.OpUnsub, SID: []byte("9")}, "UNSUB 9"},
		{flight.Command{Op: wire.OpUnsub, SID: []byte("9"), Size: 3}, "UNSUB 9 3"},
		{flight.Command{Op: wire.OpPing}, "PING"},
		{flight.Command{Op: wire.OpPub, Subject: []byte("\x1b[2J"), Size: 1}, `PUB \x1b[2J 1`},
		{flight.Command{Op: wire.OpPub, Subject: []byte(strings.Repeat("x", 1000)), Size: 1}, "PUB " + strings.Repeat("x", 47) + "… 1"},
	} {
		var r flight.Recorder
		r.Add(noon, &c.of)
		assert.Equal(t, []string{"12:00:00.007 " + c.want}, r.Lines())
	}
	var none *flight.Recorder
	assert.Empty(t, none.Lines())
}

// TestRing: whatever a client writes, the last commands are there, and no more memory is taken than
// they need.
func TestRing(t *testing.T) {
	var r flight.Recorder
	for n := range 1000 {
		subject := fmt.Sprintf("%s.%d", strings.Repeat("x", n%97), n)
		if len(subject) > 40 {
			subject = fmt.Sprint(n)
		}
		r.Add(noon, &flight.Command{Op: wire.OpPub, Subject: []byte(subject), Reply: []byte(strings.Repeat("r", n%24)), Size: uint32(n)})
		lines := r.Lines()
		require.Len(t, lines, min(n+1, flight.Most))
		for i, l := range lines {
			require.Regexp(t, fmt.Sprintf(` %d$`, n+1-len(lines)+i), l)
		}
	}
	for n := range uint8(flight.Most) {
		r.Add(noon, &flight.Command{Op: wire.OpPing})
		r.Add(noon, &flight.Command{Op: wire.OpPub, Subject: []byte("a"), Size: uint32(n), More: n})
		require.Len(t, r.Lines(), flight.Most)
		require.Regexp(t, fmt.Sprintf(` PUB a %d$`, n), r.Lines()[flight.Most-1-int(n)])
	}
	most := flight.Command{Op: wire.OpSub, Subject: make([]byte, 1<<10), Queue: make([]byte, 1<<10), SID: make([]byte, 1<<10)}
	assert.Zero(t, testing.AllocsPerRun(1, func() {
		for range 3 * flight.Most {
			r.Add(noon, &most)
		}
	}), "the ring has its whole length")
}

func BenchmarkAdd(b *testing.B) {
	var r flight.Recorder
	c := flight.Command{Op: wire.OpPub, Subject: []byte("orders.new.1234"), Size: 16}
	b.ReportAllocs()
	for b.Loop() {
		r.Add(noon, &c)
	}
}
