//go:build unix

package troupecmd

import (
	"fmt"
	"net"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// configured starts a process with a configuration file, t.conf in its folder.
func configured(t *testing.T, text string, args ...string) *child {
	t.Helper()
	path := filepath.Join(t.TempDir(), "t.conf")
	require.NoError(t, os.WriteFile(path, []byte(text), 0o600))
	c := start(t, append([]string{"-c", path}, args...)...)
	c.conf = path
	return c
}

// reload writes another configuration and has the process read it.
func (c *child) reload(t *testing.T, text string) {
	t.Helper()
	require.NoError(t, os.WriteFile(c.conf, []byte(text), 0o600))
	c.signal(t, syscall.SIGHUP)
}

const users = `authorization { users: [ {user: u1, password: %s}, {user: u2, password: p2} ] }`

func TestReloadOfUsers(t *testing.T) {
	t.Parallel()
	p := configured(t, fmt.Sprintf(users, "p1"), "--log_format", "nats", "-m", "-1")
	addr := p.addr(t)
	one, two := dial(t, addr), dial(t, addr)
	one.connect(t, `{"verbose":false,"user":"u1","pass":"p1"}`)
	two.connect(t, `{"verbose":false,"user":"u2","pass":"p2"}`)
	p.reload(t, fmt.Sprintf(users, "changed")+"\ndebug: true, max_payload: 2k")
	p.says(t, "[INF] Reloaded server configuration (sha256:")
	assert.Equal(t, "-ERR 'Authorization Violation'", one.line(t))
	two.connect(t, `{"verbose":false,"user":"u2","pass":"p2"}`)
	for _, words := range []string{"Reloaded: authorization users", "Reloaded: debug = true", "Reloaded: max_payload = 2000"} {
		assert.Contains(t, p.stderr.String(), "[INF] "+words)
	}
	m := regexp.MustCompile(`Starting http monitor on (\S+)`).FindStringSubmatch(p.stderr.String())
	_, body := request(t, "GET", "http://"+m[1]+"/varz", "")
	digests := regexp.MustCompile(`sha256:[0-9a-f]{64}`).FindAllString(p.stderr.String(), -1)
	require.NotEqual(t, digests[0], digests[len(digests)-1])
	assert.Contains(t, body, `"config_digest": "`+digests[len(digests)-1]+`"`)
	assert.Contains(t, body, `"max_payload": 2000`)
	require.NoError(t, two.Close())
	p.says(t, " - client connection closed")
}

// Flags have the last word at a reload too.
func TestFlagsOverrideAReload(t *testing.T) {
	t.Parallel()
	p := configured(t, "max_payload: 2k, ping_max: 3", "--max_payload", "4k")
	addr := p.addr(t)
	p.reload(t, "max_payload: 8k, ping_max: 4")
	p.says(t, "Reloaded server configuration")
	assert.Contains(t, p.stderr.String(), "Reloaded: ping_max = 4")
	assert.NotContains(t, p.stderr.String(), "Reloaded: max_payload")
	nc, err := net.Dial("tcp", addr)
	require.NoError(t, err)
	defer nc.Close()
	require.NoError(t, nc.SetReadDeadline(time.Now().Add(soon)))
	info := make([]byte, 1024)
	n, err := nc.Read(info)
	require.NoError(t, err)
	assert.Contains(t, string(info[:n]), `"max_payload":4000`)
}

func TestRefusedReload(t *testing.T) {
	t.Parallel()
	const good = "max_payload: 2k, http_base_path: /a, pid_file: one.pid"
	p := configured(t, good)
	p.addr(t)
	failed := "Failed to reload server configuration: "
	for text, why := range map[string]string{
		"max_payload: 4k, ping_max: x":                              `:1:18: "ping_max": "x" is not a number`,
		"max_payload: 4k, nonsense: 1":                              `:1:18: unknown field "nonsense"`,
		"max_payload: 4k, cluster { listen: \"127.0.0.1:-1\" }":     "config reload not supported for cluster listen",
		"max_payload: 4k, http_port: 65536":                         "monitor: port 65536 is not in",
		"max_payload: 4k, http_base_path: /a, log_file: '/'":        "cannot open the log file",
		"max_payload: 4k, http_base_path: /a, pid_file: /no/such/p": "cannot write the pid file",
		good + ", log_file: new.log, no_system_account: true":       "config reload not supported for no_system_account: old=false, new=true",
	} {
		p.reload(t, text)
		p.says(t, why)
	}
	p.reload(t, good+", one: 1, another: 1")
	for _, key := range []string{"one", "another"} {
		p.says(t, `unknown field "`+key+`"`)
	}
	p.reload(t, good+", no_system_account: true, jetstream: true")
	for _, key := range []string{"no_system_account: old=false, new=true", "jetstream: old=false, new=true"} {
		p.says(t, failed+"config reload not supported for "+key) // each on a line of its own
	}
	refusals := func() int { return strings.Count(p.stderr.String(), failed) }
	assert.Eventually(t, func() bool { return refusals() >= 7+2+2 }, soon, tick, "some of the keys were refused before")
	assert.Equal(t, 7+2+2, refusals())
	assert.NotContains(t, p.stderr.String(), "Reloaded")
	require.NoError(t, os.Remove(p.conf))
	p.signal(t, syscall.SIGHUP)
	p.says(t, p.conf+": no such file")
	assert.FileExists(t, filepath.Join(p.Dir, "one.pid"))

	p.reload(t, good+", ping_max: 5")
	p.says(t, "Reloaded server configuration")
	assert.NotContains(t, p.stderr.String(), "Reloaded: max_payload")
}

func TestReloadWithoutAFile(t *testing.T) {
	t.Parallel()
	p := start(t)
	p.addr(t)
	p.signal(t, syscall.SIGHUP)
	p.says(t, "Failed to reload server configuration: can only reload config when a file is provided using -c or --config")
}

func TestReloadOfFiles(t *testing.T) {
	t.Parallel()
	p := configured(t, "pid_file: one.pid", "--log_format", "text")
	p.addr(t)
	p.reload(t, "pid_file: two.pid, log_file: new.log")
	require.Eventually(t, func() bool {
		b, _ := os.ReadFile(filepath.Join(p.Dir, "new.log"))
		return strings.Contains(string(b), "Reloaded server configuration")
	}, soon, tick)
	assert.NoFileExists(t, filepath.Join(p.Dir, "one.pid"))
	assert.Equal(t, fmt.Sprint(p.Process.Pid), p.file(t, "two.pid"))
	assert.NotContains(t, p.stderr.String(), "Reloaded")
	p.reload(t, "")
	p.says(t, "Reloaded: log_file = ")
	p.signal(t, syscall.SIGTERM)
	assert.Equal(t, 0, p.exit(t))
	assert.NoFileExists(t, filepath.Join(p.Dir, "two.pid"))
}

// The service manager hears of the beginning and of the end.
func TestServiceManagerIsToldOfAReload(t *testing.T) {
	t.Parallel()
	socket := filepath.Join(t.TempDir(), "notify")
	nc := manager(t, socket)
	p := startWith(t, []string{"NOTIFY_SOCKET=" + socket})
	assert.Equal(t, "READY=1", heard(t, nc))
	p.signal(t, syscall.SIGHUP)
	assert.Contains(t, heard(t, nc), "RELOADING=1")
	assert.Equal(t, "READY=1", heard(t, nc), "also if there was nothing to reload")
}
