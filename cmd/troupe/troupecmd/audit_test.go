//go:build unix

package troupecmd

import (
	"bufio"
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/troupe-mq/troupe/actors/audit"
)

// publisher publishes until its connection is gone, and counts what has been
// acknowledged.
type publisher struct {
	client
	prefix  string
	verbose bool
	acked   atomic.Int64
	ended   chan struct{}
	why     string // it has ended
}

// acknowledged has all commands of a client acknowledged.
func (c client) acknowledged(t *testing.T) {
	t.Helper()
	_, err := fmt.Fprint(c.Conn, "CONNECT {\"verbose\":true}\r\n")
	require.NoError(t, err)
	require.Equal(t, "+OK", c.line(t))
}

// atOnce is how many messages a publisher has under way.
const atOnce = 50

func (p *publisher) run() {
	defer close(p.ended)
	for n := 0; ; n += atOnce {
		var b strings.Builder
		for i := range atOnce {
			fmt.Fprintf(&b, "PUB %s.%d 2\r\nhi\r\n", p.prefix, n+i)
		}
		answers, worth := atOnce, int64(1)
		if !p.verbose {
			b.WriteString("PING\r\n")
			answers, worth = 1, atOnce
		}
		if _, err := p.Write([]byte(b.String())); err != nil {
			p.why = err.Error()
			return
		}
		for answers > 0 {
			switch s, err := p.ReadString('\n'); {
			case err != nil || s != "+OK\r\n" && s != "PONG\r\n" && s != ping:
				p.why = fmt.Sprintf("%q, %v", s, err)
				return
			case s != ping:
				p.acked.Add(worth)
				answers--
			}
		}
	}
}

// over reports whether it has ended, and knows why.
func (p *publisher) over() bool {
	select {
	case <-p.ended:
		return true
	default:
		return false
	}
}

// Whenever the broker is killed, all that it has acknowledged is in its audit log,
// and nothing is wrong with that.
func TestKilledBrokerHasLoggedWhatItAcknowledged(t *testing.T) {
	t.Parallel()
	file := filepath.Join(t.TempDir(), "audit.log")
	var promised []string
	var busy time.Duration
	for round := range kills {
		b := start(t, "--audit", file)
		addr := b.addr(t)
		var all []*publisher
		began := time.Now()
		for i := range 4 {
			p := &publisher{client: dial(t, addr), prefix: fmt.Sprintf("k.%d.%d", round, i), verbose: i%2 == 0, ended: make(chan struct{})}
			if p.verbose {
				p.acknowledged(t)
			} else {
				p.connect(t, `{"verbose":false}`)
			}
			all = append(all, p)
			go p.run()
		}
		require.Eventually(t, func() bool {
			for _, p := range all {
				if p.acked.Load() < int64(beforeKill+round) && !p.over() {
					return false
				}
			}
			return true
		}, soon, tick, "too slow")
		for _, p := range all {
			if p.over() {
				require.Fail(t, "it has ended: "+p.why, b.stderr.String())
			}
		}
		b.signal(t, syscall.SIGKILL)
		busy += time.Since(began)
		b.exit(t)
		for _, p := range all {
			<-p.ended
			for i := range p.acked.Load() {
				promised = append(promised, fmt.Sprintf("%s.%d", p.prefix, i))
			}
		}
		_, err := audit.Verify([]string{file}, audit.VerifyOptions{})
		require.NoError(t, err, "killed %d times", round+1)
	}
	t.Logf("killed %d times; acknowledged: %d messages, %.0f a second", kills, len(promised), float64(len(promised))/busy.Seconds())
	logged := map[string]bool{}
	require.NoError(t, audit.Read([]string{file}, func(e *audit.Entry) error {
		logged[e.Subject] = true
		return nil
	}))
	for _, subject := range promised {
		if !logged[subject] {
			assert.Fail(t, "not in the log", subject)
		}
	}
	b := start(t, "--audit", file)
	b.addr(t)
	reports, err := audit.Verify([]string{file}, audit.VerifyOptions{})
	require.NoError(t, err)
	assert.Zero(t, reports[0].Torn, "repaired")
}

// startOnPipe runs a broker whose audit log is a pipe.
func startOnPipe(t *testing.T, settings string) (b *child, pipe string) {
	t.Helper()
	dir := t.TempDir()
	pipe = filepath.Join(dir, "pipe")
	require.NoError(t, syscall.Mkfifo(pipe, 0o600))
	conf := filepath.Join(dir, "t.conf")
	require.NoError(t, os.WriteFile(conf, fmt.Appendf(nil, "audit { file: %q, %s }\n", pipe, settings), 0o600))
	return start(t, "-c", conf), pipe
}

// A pipe that nobody reads costs nobody anything, and it is known how much is not
// in the log.
func TestDroppingAuditOnAPipe(t *testing.T) {
	for _, name := range []string{"nobody", "somebody who does not read"} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			b, pipe := startOnPipe(t, "policy: drop")
			mode := syscall.O_RDONLY
			var reader *os.File
			var err error
			if name != "nobody" {
				reader, err = os.OpenFile(pipe, os.O_RDWR, 0)
				require.NoError(t, err)
			}
			c := dial(t, b.addr(t))
			c.connect(t, `{"verbose":false}`)
			const messages = 600_000 // a record takes 32 bytes at least, and 16 MiB may wait
			chunk := bytes.Repeat([]byte("PUB a.rather.long.subject.for.a.line.in.the.log 2\r\nhi\r\nPUB another.long.subject.for.a.line.in.the.log 2\r\nhi\r\n"), 500)
			for range messages / 1000 {
				_, err := c.Write(chunk)
				require.NoError(t, err)
			}
			_, err = c.Write([]byte("PING\r\n"))
			require.NoError(t, err)
			assert.Equal(t, "PONG", c.line(t))

			if reader == nil {
				reader, err = os.OpenFile(pipe, mode, 0)
				require.NoError(t, err)
			}
			require.NoError(t, reader.SetReadDeadline(time.Now().Add(2*soon)))
			published, lost := 0, 0
			for lines := bufio.NewScanner(reader); published+lost < messages && lines.Scan(); {
				if bytes.Contains(lines.Bytes(), []byte(`"event":"PUB"`)) {
					published++
					continue
				}
				var r struct {
					Event string
					Count int
				}
				require.NoError(t, json.Unmarshal(lines.Bytes(), &r), "%s", lines.Bytes())
				if r.Event == "gap" {
					lost += r.Count
				}
			}
			assert.Equal(t, messages, published+lost)
			assert.Positive(t, lost, "there is room for less")
			require.NoError(t, reader.Close())
		})
	}
}

// Where nothing may be missing, publishers wait, and are told at last.
func TestBlockingAuditOnAPipe(t *testing.T) {
	t.Parallel()
	b, pipe := startOnPipe(t, `policy: block, deadline: "200ms"`)
	c := dial(t, b.addr(t))
	c.acknowledged(t)
	publish := func() string {
		_, err := c.Write([]byte("PUB a 2\r\nhi\r\n"))
		require.NoError(t, err)
		return c.line(t)
	}
	for range 3 {
		assert.Contains(t, publish(), "-ERR ")
	}
	reader, err := os.OpenFile(pipe, os.O_RDONLY, 0)
	require.NoError(t, err)
	go func() { _, _ = reader.WriteTo(new(bytes.Buffer)) }()
	require.Eventually(t, func() bool { return publish() == "+OK" }, soon, tick)
}

// The command line, from a broker's log to what is proven of it.
func TestAuditCommands(t *testing.T) {
	t.Parallel()
	b := start(t, "--audit", "audit.log")
	c := dial(t, b.addr(t))
	c.acknowledged(t)
	for _, subject := range []string{"a.b", "a.c", "x"} {
		_, err := fmt.Fprintf(c.Conn, "PUB %s 2\r\nhi\r\n", subject)
		require.NoError(t, err)
		assert.Equal(t, "+OK", c.line(t))
	}
	b.signal(t, syscall.SIGTERM)
	assert.Zero(t, b.exit(t))
	file := filepath.Join(b.Dir, "audit.log")
	audit := func(args ...string) (code int, out, complaint string) {
		var stdout, stderr bytes.Buffer
		code = run(append([]string{"troupe", "audit"}, args...), &stdout, &stderr)
		return code, stdout.String(), stderr.String()
	}
	code, out, _ := audit("verify", file)
	assert.Zero(t, code)
	assert.Contains(t, out, "verified: records 1 to ")
	_, out, _ = audit("cat", "--subject", "a.*", "--verb", "pub", file)
	assert.Equal(t, 2, strings.Count(out, " PUB a."), out)
	assert.Equal(t, 2, strings.Count(out, "\n"), out)

	text := b.file(t, "audit.log")
	require.NoError(t, os.WriteFile(file, []byte(strings.Replace(text, `"a.c"`, `"a.d"`, 1)), 0o600))
	code, _, complaint := audit("verify", file)
	assert.Equal(t, 1, code)
	line := 1 + strings.Count(text[:strings.Index(text, `"a.c"`)], "\n")
	assert.Contains(t, complaint, fmt.Sprintf("audit.log:%d: record ", line))
	assert.Contains(t, complaint, "altered")
}

// A log that cannot be kept is a reason not to start.
func TestAuditLogThatCannotBe(t *testing.T) {
	t.Parallel()
	b := start(t, "--audit", "no/such/folder/audit.log")
	assert.Equal(t, 1, b.exit(t))
	assert.Contains(t, b.stderr.String(), "no such file or directory")
}
