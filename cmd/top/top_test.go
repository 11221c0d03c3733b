package main

import (
	"bufio"
	"fmt"
	"io"
	"net"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/gdamore/tcell/v2"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// patient is how long a machine with other work may take for something.
const patient = time.Minute

var ready = [...]*regexp.Regexp{
	regexp.MustCompile(`Listening for client connections on (\S+)`),
	regexp.MustCompile(`Starting http monitor on (\S+)`),
}

// broker starts one, and returns where clients and the monitoring find it.
func broker(t *testing.T) (clients, monitoring string) {
	t.Helper()
	path := filepath.Join(t.TempDir(), "troupe")
	build := exec.Command("go", "build", "-o", path, "./cmd/troupe")
	build.Dir = filepath.Join("..", "..")
	out, err := build.CombinedOutput()
	require.NoError(t, err, string(out))
	c := exec.CommandContext(t.Context(), path, "-a", "127.0.0.1", "-p", "-1", "-m", "-1", "--audit", filepath.Join(t.TempDir(), "audit"))
	log, err := c.StderrPipe()
	require.NoError(t, err)
	require.NoError(t, c.Start())
	t.Cleanup(func() { _ = c.Wait() })
	var found [len(ready)]string
	for lines := bufio.NewScanner(log); lines.Scan(); {
		for i, r := range ready {
			if m := r.FindStringSubmatch(lines.Text()); m != nil {
				found[i] = m[1]
			}
		}
		if strings.Contains(lines.Text(), "Server is ready") {
			go func() { _, _ = io.Copy(io.Discard, log) }()
			return found[0], found[1]
		}
	}
	t.Fatal("the broker did not start")
	return "", ""
}

// onScreen is what a terminal of a test shows.
func onScreen(s tcell.SimulationScreen) string {
	cells, width, _ := s.GetContents()
	var b strings.Builder
	for i, c := range cells {
		if i > 0 && i%width == 0 {
			b.WriteByte('\n')
		}
		b.WriteString(string(c.Runes))
	}
	return b.String()
}

// TestTop: all views of a broker that runs, a search, and a connection that is closed.
func TestTop(t *testing.T) {
	clients, monitoring := broker(t)
	nc, err := net.Dial("tcp", clients)
	require.NoError(t, err)
	defer nc.Close()
	_, err = io.WriteString(nc, "CONNECT {\"verbose\":false,\"name\":\"vic[red]\\u001b[2Jtim\"}\r\nSUB a 1\r\nPUB a 2\r\nhi\r\nPING\r\n")
	require.NoError(t, err)

	f, err := newFeed(monitoring, "", "")
	require.NoError(t, err)
	terminal := tcell.NewSimulationScreen("UTF-8")
	require.NoError(t, terminal.Init())
	s := newScreen(f)
	s.app.SetScreen(terminal)
	terminal.SetSize(170, 45)
	over := make(chan error, 1)
	go func() { over <- s.run(t.Context()) }()
	until := func(what string) {
		t.Helper()
		shown := ""
		ok := assert.Eventually(t, func() bool {
			shown = onScreen(terminal)
			return strings.Contains(shown, what)
		}, patient, 20*time.Millisecond)
		require.True(t, ok, "%s is not on the screen:\n%s", what, shown)
	}
	press := func(keys string) {
		for _, r := range keys {
			key := tcell.KeyRune
			if r == '\r' {
				key = tcell.KeyEnter
			}
			terminal.InjectKey(key, r, tcell.ModNone)
		}
	}
	until("published")
	until("1 subscriptions")
	press("2")
	until("part-0")
	until("permanent, one-for-one")
	press("4")
	until("audit")
	press("3")
	until("vic[red]·[2Jtim")
	press("s")
	until("by messages in")
	press("/nobody\r")
	until("0 in all")
	terminal.InjectKey(tcell.KeyEscape, 0, tcell.ModNone)
	until("vic[red]")
	press("k")
	until("Close connection")
	press("\r")
	_, err = io.Copy(io.Discard, nc) // up to its end
	require.NoError(t, err)
	until("is closed")
	press("q")
	require.NoError(t, <-over)
}

// TestNoBroker: whoever finds none is told.
func TestNoBroker(t *testing.T) {
	_, err := newFeed("ftp://x", "", "")
	require.ErrorContains(t, err, "is no address")
	f, err := newFeed("127.0.0.1:1", "", "")
	require.NoError(t, err)
	require.Error(t, f.watch(t.Context(), func(string, []byte) {}))
	require.Error(t, f.kick(t.Context(), 1))
	var out strings.Builder
	require.NoError(t, run([]string{"--help"}, &out))
	assert.Contains(t, out.String(), "Usage: troupe top")
	require.Error(t, run([]string{"a", "b"}, &out))
}

// TestWords: numbers as they are shown, and a text without commands to the terminal.
func TestWords(t *testing.T) {
	assert.Equal(t, "0 999 1.00k 12.3k 123k 1.23M 4.00G", fmt.Sprint(count(0), " ", count(999), " ", count(1000), " ", count(12_340), " ", count(123_400), " ", count(1.234e6), " ", count(4e9)))
	assert.Equal(t, "12 B", bytes(12))
	assert.Equal(t, "1.20 MB", bytes(1.2e6))
	assert.Equal(t, "a·b·", clean("a\x1bb\u202e"))
	assert.Equal(t, " ▄█", spark([]float64{0, 4, 8}))
	assert.Equal(t, "████░░░░", bar(0.5))
}
