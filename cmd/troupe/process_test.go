//go:build unix

package main

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
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
		if out, err := exec.Command("go", "build", "-o", binary, ".").CombinedOutput(); err != nil {
			panic(string(out))
		}
		return m.Run()
	}())
}

// These bound waits that end much earlier unless something is broken.
const (
	soon = time.Minute
	tick = 5 * time.Millisecond
)

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

var listening = regexp.MustCompile(`Listening for client connections on ([^\s"]+)[^$]*Server is ready`)

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

func TestTermStopsWithAClientConnected(t *testing.T) {
	t.Parallel()
	for _, s := range []os.Signal{syscall.SIGTERM, syscall.SIGINT} {
		p := start(t)
		c := dial(t, p.addr(t))
		c.connect(t, `{"verbose":false}`)
		p.signal(t, s)
		_, err := c.ReadByte()
		require.Error(t, err, "a stop closes without a word")
		assert.Equal(t, 0, p.exit(t))
		for _, words := range []string{"Starting troupe", "Version: v", "Server is ready", "Initiating Shutdown...", "Server Exiting.."} {
			assert.Contains(t, p.stderr.String(), words)
		}
	}
}

func TestPortInUse(t *testing.T) {
	t.Parallel()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	t.Cleanup(func() { assert.NoError(t, l.Close()) })
	p := start(t, "-p", strconv.Itoa(l.Addr().(*net.TCPAddr).Port), "-P", "troupe.pid", "-l", "troupe.log")
	assert.Equal(t, 1, p.exit(t))
	assert.Regexp(t, `^troupe: cannot listen on 127\.0\.0\.1:\d+: .*address already in use\n$`, p.stderr.String())
	assert.Contains(t, p.file(t, "troupe.log"), "[ERROR] cannot listen on")
	assert.NoFileExists(t, filepath.Join(p.Dir, "troupe.pid"))
}

func TestMonitoring(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "troupe.conf")
	require.NoError(t, os.WriteFile(path, []byte("http: \"127.0.0.1:-1\"\nhttp_base_path: /nats\n"), 0o600))
	p := start(t, "-c", path, "--ports_file_dir", ".", "--log_format", "nats")
	addr := p.addr(t)
	m := regexp.MustCompile(`\[INF\] .*Starting http monitor on (127\.0\.0\.1:\d+)`).FindStringSubmatch(p.stderr.String())
	require.NotNil(t, m, p.stderr.String())
	assert.JSONEq(t, `{"nats":["nats://`+addr+`"],"monitoring":["http://`+m[1]+`"]}`, p.file(t, "troupe_"+strconv.Itoa(p.Process.Pid)+".ports"))

	status, body := request(t, http.MethodGet, "http://"+m[1]+"/nats/varz", "")
	assert.Equal(t, http.StatusOK, status)
	assert.Contains(t, body, `"http_host": "127.0.0.1"`)
	status, _ = request(t, http.MethodPost, "http://"+m[1]+"/nats/lab/fault", `{"target":"partitions/part-0","kind":"panic"}`)
	assert.Equal(t, http.StatusNotFound, status, "no lab unless it is asked for")

	p.signal(t, syscall.SIGTERM)
	assert.Equal(t, 0, p.exit(t))
	assert.NotContains(t, p.stderr.String(), "[ERR]")
	assert.NotContains(t, p.stderr.String(), "[WRN]")
}

func TestLab(t *testing.T) {
	t.Parallel()
	p := start(t, "-m", "-1", "--lab")
	c := dial(t, p.addr(t))
	c.connect(t, `{"verbose":false}`)
	_, err := fmt.Fprint(c.Conn, "SUB a 1\r\n")
	require.NoError(t, err)
	m := regexp.MustCompile(`Starting http monitor on (\S+)`).FindStringSubmatch(p.stderr.String())
	require.NotNil(t, m, p.stderr.String())
	assert.Contains(t, p.stderr.String(), "The lab is open")
	status, body := request(t, http.MethodPost, "http://"+m[1]+"/lab/fault", `{"target":"partitions/part-0","kind":"panic"}`)
	assert.Equal(t, http.StatusOK, status)
	assert.Contains(t, body, `"directive": "restart"`)
	_, err = fmt.Fprint(c.Conn, "PUB a 2\r\nhi\r\n")
	require.NoError(t, err)
	assert.Equal(t, "MSG a 1 2", c.line(t), "the client has noticed nothing")
}

func TestMonitoringPortInUse(t *testing.T) {
	t.Parallel()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	t.Cleanup(func() { assert.NoError(t, l.Close()) })
	p := start(t, "-m", strconv.Itoa(l.Addr().(*net.TCPAddr).Port), "-P", "troupe.pid", "-l", "troupe.log")
	assert.Equal(t, 1, p.exit(t))
	assert.Regexp(t, `^troupe: monitor: cannot listen on 127\.0\.0\.1:\d+: .*address already in use\n$`, p.stderr.String())
	assert.Contains(t, p.file(t, "troupe.log"), "[ERROR] monitor: cannot listen on")
	assert.NoFileExists(t, filepath.Join(p.Dir, "troupe.pid"))
}

// request asks by HTTP, on a connection of its own.
func request(t *testing.T, method, url, body string) (status int, answer string) {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), method, url, strings.NewReader(body))
	require.NoError(t, err)
	r.Close = true
	response, err := http.DefaultClient.Do(r)
	require.NoError(t, err)
	defer response.Body.Close()
	b, err := io.ReadAll(response.Body)
	require.NoError(t, err)
	return response.StatusCode, string(b)
}

func TestExitCodes(t *testing.T) {
	t.Parallel()
	assert.Equal(t, 1, start(t, "--nosuchflag").exit(t))
	assert.Equal(t, 1, start(t, "-c", "missing.conf").exit(t))
	assert.Equal(t, 0, start(t, "-v").exit(t))
	p := start(t, "-P", "no/such/folder/pid")
	assert.Equal(t, 1, p.exit(t))
	assert.Contains(t, p.stderr.String(), "troupe: cannot write the pid file: ")
}

func TestPidAndPortsFiles(t *testing.T) {
	t.Parallel()
	p := start(t, "-P", "troupe.pid", "--ports_file_dir", ".")
	addr := p.addr(t)
	pid := strconv.Itoa(p.Process.Pid)
	assert.Equal(t, pid, p.file(t, "troupe.pid"))
	var ports map[string][]string
	require.NoError(t, json.Unmarshal([]byte(p.file(t, "troupe_"+pid+".ports")), &ports))
	assert.Equal(t, map[string][]string{"nats": {"nats://" + addr}}, ports)

	p.signal(t, syscall.SIGTERM)
	assert.Equal(t, 0, p.exit(t))
	left, err := os.ReadDir(p.Dir)
	require.NoError(t, err)
	assert.Empty(t, left, "both go at a good stop")
}

func TestReopenOnUSR1(t *testing.T) {
	t.Parallel()
	p := start(t, "-l", "troupe.log", "--ports_file_dir", ".")
	logged := func(words string) func() bool {
		return func() bool {
			b, _ := os.ReadFile(filepath.Join(p.Dir, "troupe.log"))
			return strings.Contains(string(b), words)
		}
	}
	require.Eventually(t, logged("Server is ready"), soon, tick)
	path := filepath.Join(p.Dir, "troupe.log")
	require.NoError(t, os.Rename(path, path+".1"))
	p.signal(t, syscall.SIGUSR1)
	require.Eventually(t, logged("File log re-opened"), soon, tick)
	assert.NotContains(t, p.file(t, "troupe.log"), "Server is ready")
	p.signal(t, syscall.SIGTERM)
	assert.Equal(t, 0, p.exit(t))
	assert.Contains(t, p.file(t, "troupe.log"), "Server Exiting..")
	assert.Empty(t, p.stderr.String())
}

func TestSecretsAreNotTraced(t *testing.T) {
	t.Parallel()
	for _, format := range []string{"text", "nats", "json"} {
		p := start(t, "-DV", "--user", "derek", "--pass", "s3cr3t", "--log_format", format)
		c := dial(t, p.addr(t))
		c.connect(t, `{"verbose":false,"user":"derek","pass":"s3cr3t"}`)
		wrong := dial(t, p.addr(t))
		_, err := fmt.Fprint(wrong.Conn, "CONNECT {\"user\":\"derek\",\"pass\":\"wr0ng\",\"auth_token\":\"t0k3n\"}\r\n")
		require.NoError(t, err)
		assert.Equal(t, "-ERR 'Authorization Violation'", wrong.line(t))
		p.signal(t, syscall.SIGTERM)
		require.Equal(t, 0, p.exit(t))
		assert.Contains(t, p.stderr.String(), "[REDACTED]", format)
		assert.NotRegexp(t, "s3cr3t|wr0ng|t0k3n", p.stderr.String(), format)
	}
}

func TestConfigurationFile(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "troupe.conf")
	require.NoError(t, os.WriteFile(path, []byte("port: 1\nserver_name: from_file\nmax_payload: 2k\nno_sys_acc: true\n"), 0o600))
	p := start(t, "-c", path, "--max_payload", "3k", "--log_format", "nats")
	nc, err := net.Dial("tcp", p.addr(t))
	require.NoError(t, err)
	defer nc.Close()
	require.NoError(t, nc.SetReadDeadline(time.Now().Add(soon)))
	info, err := bufio.NewReader(nc).ReadString('\n')
	require.NoError(t, err)
	assert.Contains(t, info, `"server_name":"from_file"`)
	assert.Contains(t, info, `"max_payload":3000`)
	assert.Regexp(t, `\[\d+\] \d{4}/\d\d/\d\d [\d:.]+ \[INF\] Using configuration file: `, p.stderr.String())
	assert.Contains(t, p.stderr.String(), `[WRN] `+path+`:4:1: "no_sys_acc" has no effect`)
}

// file is the content of a file in the process's folder.
func (c *child) file(t *testing.T, name string) string {
	t.Helper()
	b, err := os.ReadFile(filepath.Join(c.Dir, name))
	require.NoError(t, err)
	return string(b)
}
