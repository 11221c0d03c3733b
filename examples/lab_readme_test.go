package examples_test

import (
	"bufio"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// bench is a broker started as the README of the lab says, on ports of its own.
type bench struct{ clients, monitor string }

var (
	listensAt = regexp.MustCompile(`Listening for client connections on (\S+)`)
	watchedAt = regexp.MustCompile(`Starting http monitor on (\S+)`)
)

func startBench(t *testing.T, program string) (b bench) {
	t.Helper()
	run := exec.CommandContext(within(t), program, "-a", "127.0.0.1", "-p", "-1", "-m", "-1", "--lab")
	log, err := run.StderrPipe()
	require.NoError(t, err)
	require.NoError(t, run.Start())
	t.Cleanup(func() { _ = run.Process.Kill(); _ = run.Wait() })
	lines := bufio.NewScanner(log)
	for ready := false; !ready && lines.Scan(); {
		ready = strings.Contains(lines.Text(), "Server is ready") // its own clients are there
		if m := listensAt.FindStringSubmatch(lines.Text()); m != nil {
			b.clients = m[1]
		}
		if m := watchedAt.FindStringSubmatch(lines.Text()); m != nil {
			b.monitor = m[1]
		}
	}
	require.NotEmpty(t, b.clients, "it does not run")
	require.NotEmpty(t, b.monitor, "it does not run")
	go func() { _, _ = io.Copy(io.Discard, log) }()
	return b
}

// telnet is a client whose INFO is read: its actor is there.
func (b bench) telnet(t *testing.T) (net.Conn, *bufio.Reader) {
	t.Helper()
	nc, err := net.Dial("tcp", b.clients)
	require.NoError(t, err)
	t.Cleanup(func() { _ = nc.Close() })
	require.NoError(t, nc.SetDeadline(time.Now().Add(time.Minute)))
	r := bufio.NewReader(nc)
	expect(t, r, "INFO ")
	return nc, r
}

func expect(t *testing.T, r *bufio.Reader, begins string) {
	t.Helper()
	line, err := r.ReadString('\n')
	require.NoError(t, err)
	require.True(t, strings.HasPrefix(line, begins), "%q instead of %q", line, begins)
}

// curl is a command of the document.
var curl = regexp.MustCompile(`curl (?:-d '([^']*)'\s+)?'?http://127\.0\.0\.1:8222(/[^'\s` + "`" + `]*)`)

// do carries out a command, which has to succeed.
func (b bench) do(t *testing.T, body, path string) string {
	t.Helper()
	var r *http.Response
	var err error
	if body == "" {
		r, err = http.Get("http://" + b.monitor + path)
	} else {
		r, err = http.Post("http://"+b.monitor+path, "application/x-www-form-urlencoded", strings.NewReader(body))
	}
	require.NoError(t, err)
	defer r.Body.Close()
	text, err := io.ReadAll(r.Body)
	require.NoError(t, err)
	require.Equal(t, http.StatusOK, r.StatusCode, "%s %s: %s", path, body, text)
	return string(text)
}

// TestLabReadme types what the README of the lab says: each command is carried out, with
// two clients there, and what is said about their names is so.
func TestLabReadme(t *testing.T) {
	if testing.Short() {
		t.Skip("a process for each section")
	}
	text, err := os.ReadFile("lab/README.md")
	require.NoError(t, err)
	program := filepath.Join(t.TempDir(), "troupe.exe")
	out, err := exec.CommandContext(within(t), "go", "build", "-o", program, "../cmd/troupe").CombinedOutput()
	require.NoError(t, err, "%s", out)
	commands := 0
	for section := range strings.SplitSeq(string(text), "\n## ") {
		found := curl.FindAllStringSubmatch(section, -1)
		if len(found) == 0 {
			continue
		}
		b := startBench(t, program)
		sub, heard := b.telnet(t)
		pub, answered := b.telnet(t)
		fmt.Fprint(sub, "SUB news 1\r\n")
		expect(t, heard, "+OK")
		for _, m := range found {
			b.do(t, m[1], m[2])
			commands++
		}
		if !strings.HasPrefix(section, "By telnet alone") {
			continue
		}
		fmt.Fprint(pub, "PUB news 5\r\nhello\r\n")
		expect(t, heard, "MSG news 1 5")
		expect(t, heard, "hello")
		expect(t, answered, "+OK")
		said := regexp.MustCompile("`(?:connections/)?(conn-\\d+)`").FindAllStringSubmatch(section, -1)
		require.Len(t, said, 4, "the two of them, who panics, and who comes after")
		tree := b.do(t, "", "/actorz?format=text")
		assert.Contains(t, tree, said[0][1]+"  connection")
		assert.Contains(t, tree, said[1][1]+"  connection")
		b.do(t, `{"target":"connections/`+said[2][1]+`","kind":"panic"}`, "/lab/fault")
		expect(t, answered, "-ERR 'Internal Error'")
		_, err := answered.ReadByte()
		require.ErrorIs(t, err, io.EOF)
		assert.Contains(t, b.do(t, "", "/supervisionz?format=text"), "temporary: never restarted")
		b.telnet(t)
		assert.Contains(t, b.do(t, "", "/actorz?format=text"), said[3][1]+"  connection")
	}
	assert.Greater(t, commands, 10)
}

// TestReadmeListsTheExamples: each example is in the table, and all that is there is one.
func TestReadmeListsTheExamples(t *testing.T) {
	text, err := os.ReadFile("README.md")
	require.NoError(t, err)
	folders, err := os.ReadDir(".")
	require.NoError(t, err)
	for _, f := range folders {
		if f.IsDir() {
			assert.Contains(t, string(text), "| ["+f.Name()+"]("+f.Name()+"/")
		}
	}
	for _, m := range regexp.MustCompile(`\]\(([^)]+)\)`).FindAllStringSubmatch(string(text), -1) {
		assert.FileExists(t, m[1])
	}
}
