package troupecmd

import (
	"bufio"
	"bytes"
	"context"
	"fmt"
	"io"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// These bound waits that end much earlier unless something is broken.
const (
	soon = time.Minute
	tick = 5 * time.Millisecond
)

// binary is the command, built once for all tests of its process.
var binary string

func TestMain(m *testing.M) {
	os.Exit(func() int {
		dir, err := os.MkdirTemp("", "troupe")
		if err != nil {
			panic(err)
		}
		defer func() { _ = os.RemoveAll(dir) }()
		binary = filepath.Join(dir, "troupe")
		if out, err := exec.Command("go", "build", "-o", binary, "..").CombinedOutput(); err != nil {
			panic(string(out))
		}
		return m.Run()
	}())
}

// output is what a process has written so far.
type output struct {
	mu  sync.Mutex
	buf bytes.Buffer
}

func (o *output) Write(p []byte) (int, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.buf.Write(p)
}

func (o *output) String() string {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.buf.String()
}

// child is a running troupe in a folder of its own.
type child struct {
	*exec.Cmd
	conf   string // its configuration file, if it has one that changes
	stderr output
	exited chan struct{}
}

// start runs the binary on any free port of the loopback address.
func start(t *testing.T, args ...string) *child {
	t.Helper()
	return startWith(t, nil, args...)
}

// startWith adds to the environment of the process.
func startWith(t *testing.T, environment []string, args ...string) *child {
	t.Helper()
	c := &child{exited: make(chan struct{})}
	c.Cmd = exec.CommandContext(context.WithoutCancel(t.Context()), binary, append([]string{"-a", "127.0.0.1", "-p", "-1"}, args...)...)
	c.Dir = t.TempDir()
	c.Env = append(os.Environ(), environment...)
	c.Stderr = &c.stderr
	return c.begin(t)
}

// begin starts the process, which ends with the test at the latest.
func (c *child) begin(t *testing.T) *child {
	t.Helper()
	require.NoError(t, c.Start())
	go func() {
		defer close(c.exited)
		_ = c.Wait() // the code is asked for by exit
	}()
	t.Cleanup(func() {
		_ = c.Process.Kill() // most have ended by now
		<-c.exited
	})
	return c
}

var listening = regexp.MustCompile(`(?s)Listening for client connections on ([^\s"]+).*Server is ready`)

// addr waits until the process is ready, and returns where it listens.
func (c *child) addr(t *testing.T) (addr string) {
	t.Helper()
	require.Eventually(t, func() bool {
		m := listening.FindStringSubmatch(c.stderr.String())
		if m != nil {
			addr = m[1]
		}
		return m != nil
	}, soon, tick, "not ready")
	return addr
}

func (c *child) signal(t *testing.T, s os.Signal) {
	t.Helper()
	require.NoError(t, c.Process.Signal(s))
}

// exit waits for the end, and returns the exit code.
func (c *child) exit(t *testing.T) int {
	t.Helper()
	select {
	case <-c.exited:
	case <-time.After(soon):
		require.Fail(t, "still running", c.stderr.String())
	}
	return c.ProcessState.ExitCode()
}

// says waits for words in the log.
func (c *child) says(t *testing.T, words string) {
	t.Helper()
	require.Eventually(t, func() bool { return strings.Contains(c.stderr.String(), words) }, soon, tick, words)
}

// client is a connection that has seen INFO.
type client struct {
	net.Conn
	*bufio.Reader
}

func dial(t *testing.T, addr string) client {
	t.Helper()
	nc, err := net.Dial("tcp", addr)
	require.NoError(t, err)
	t.Cleanup(func() { nc.Close() })
	require.NoError(t, nc.SetDeadline(time.Now().Add(soon)))
	c := client{nc, bufio.NewReader(nc)}
	require.Contains(t, c.line(t), "INFO {")
	return c
}

// line is the next line that is no PING: the broker sends one where a test takes
// its time.
func (c client) line(t *testing.T) string {
	t.Helper()
	for {
		line, err := c.ReadString('\n')
		require.NoError(t, err)
		if line != ping {
			return strings.TrimRight(line, "\r\n")
		}
	}
}

const ping = "PING\r\n"

// connect sends CONNECT, and waits until the broker has taken it.
func (c client) connect(t *testing.T, options string) {
	t.Helper()
	_, err := fmt.Fprintf(c.Conn, "CONNECT %s\r\nPING\r\n", options)
	require.NoError(t, err)
	require.Equal(t, "PONG", c.line(t))
}

// file is the content of a file in the process's folder.
func (c *child) file(t *testing.T, name string) string {
	t.Helper()
	b, err := os.ReadFile(filepath.Join(c.Dir, name))
	require.NoError(t, err)
	return string(b)
}

// run is the command as it is, with nothing added.
func run(args []string, stdout, stderr io.Writer) int { return Command{}.Run(args, stdout, stderr) }
