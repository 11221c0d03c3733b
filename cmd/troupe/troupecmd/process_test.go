//go:build unix

package troupecmd

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

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
	require.NoError(t, os.WriteFile(path, []byte("port: 1\nserver_name: from_file\nmax_payload: 2k\nno_sublist_cache: true\n"), 0o600))
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
	assert.Contains(t, p.stderr.String(), `[WRN] `+path+`:4:1: "no_sublist_cache" has no effect`)
}
