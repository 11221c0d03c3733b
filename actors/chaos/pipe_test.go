//go:build unix

package chaos_test

import (
	"bufio"
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/troupe-mq/troupe/actors"
	"github.com/troupe-mq/troupe/actors/audit"
	"github.com/troupe-mq/troupe/actors/tap"
)

// pipe is one that nobody reads.
func pipe(t *testing.T) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "pipe")
	require.NoError(t, syscall.Mkfifo(path, 0o600))
	return path
}

// TestAuditOnADeadPipe: an audit log that may drop costs those who publish next to
// nothing when nobody reads it, and knows exactly what it lacks.
func TestAuditOnADeadPipe(t *testing.T) {
	inShort(t)
	b := start(t, actors.Config{PingInterval: time.Hour})
	log := audit.Config{File: pipe(t), Policy: tap.Drop, Deadline: time.Second}
	add := func() { require.Equal(t, "audit", ask[string](b, "AddAudit", log)) }
	remove := func() { ask[Nothing](b, "RemoveTap", "audit") }
	if full {
		stream := b.stream(t, "", "through.put", "0123456789abcdef")
		before := b.resident()
		losing := func() {
			add()
			eventually(t, func() bool { return ask[[]tap.Status](b, "Taps", Nothing{})[0].Lost > 0 }, "there is no room any more")
		}
		stream.alternate(15, 2*time.Second, losing, remove).judge(t, "beside an audit log that nobody reads")
		_, peak := b.memory()
		t.Logf("resident %.1f MiB before, %.1f at most", before, peak)
		stream.end()
	}
	add()
	stream := b.stream(t, "", "through.put", "0123456789abcdef")
	wait(scale(5*time.Second, 100*time.Millisecond))
	messages := int(stream.end())
	published, lost := readPipe(t, log.File, messages)
	t.Logf("%d messages: %d are in the log, %d in its gaps", messages, published, lost)
	assert.Equal(t, messages, published+lost)
	b.settle()
}

// readPipe reads a log until it has told of so many messages.
func readPipe(t *testing.T, path string, messages int) (published, lost int) {
	t.Helper()
	r, err := os.OpenFile(path, os.O_RDONLY, 0)
	require.NoError(t, err)
	defer r.Close() //nolint:errcheck // it was only read
	require.NoError(t, r.SetReadDeadline(time.Now().Add(patience)))
	for lines := bufio.NewScanner(r); published+lost < messages && lines.Scan(); {
		var line struct {
			Event string
			Count int
		}
		require.NoError(t, json.Unmarshal(lines.Bytes(), &line), "%s", lines.Bytes())
		switch line.Event {
		case "PUB":
			published++
		case "gap":
			lost += line.Count
		}
	}
	return published, lost
}

// TestBlockingAuditOnADeadPipe: publishers wait for a log that nobody reads, without
// the broker keeping what they send, and are told in the end.
func TestBlockingAuditOnADeadPipe(t *testing.T) {
	inShort(t)
	deadline := scale(5*time.Second, 300*time.Millisecond)
	b := start(t, actors.Config{PingInterval: time.Hour})
	publishers := make([]*protocolClient, scale(100, 10))
	for i := range publishers {
		publishers[i] = b.join(t, "", 4<<10)
	}
	ask[string](b, "AddAudit", audit.Config{File: pipe(t), Policy: tap.Block, Deadline: deadline})
	text := pubs("through.put", 1000, 64<<10)
	before := b.resident()
	memory := b.watchMemory()
	var sent atomic.Int64
	stayed := &lives{}
	crowdOf(t, len(publishers), len(publishers), func(i int) error {
		c, began := publishers[i], time.Now()
		go func() {
			for {
				n, err := c.nc.Write(text)
				if sent.Add(int64(n)); err != nil {
					return // it has been told what there is to know
				}
			}
		}()
		defer c.nc.Close()
		line, err := c.line()
		for err == nil && !bytes.HasPrefix(line, []byte("-ERR")) { // INFO, and PING, whose answer would wait for the messages
			line, err = c.line()
		}
		stayed.add(time.Since(began))
		if err == nil && !bytes.HasPrefix(line, []byte("-ERR 'Message Not Recorded'")) {
			err = &saidError{string(line)}
		}
		return err
	})
	most := memory()
	t.Logf("%d publishers, of which the broker's machine took %.1f MiB, were told after %s", len(publishers), float64(sent.Load())/(1<<20), stayed.all)
	t.Logf("resident %.1f MiB before, %.1f at most", before, most)
	assert.GreaterOrEqual(t, stayed.all.at(0), deadline*9/10)
	if full {
		assert.LessOrEqual(t, stayed.all.at(1), deadline+time.Second)
		assert.LessOrEqual(t, most-before, 64.0, "MiB more")
	}
	l := b.settle()
	assert.Zero(t, l.Routed+l.NoInterest)
}
