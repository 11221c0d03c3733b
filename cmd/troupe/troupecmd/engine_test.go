//go:build unix

package troupecmd

import (
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"syscall"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// engineProgram is a real engine, or the end of a test that needs one.
func engineProgram(t *testing.T) string {
	t.Helper()
	if path := os.Getenv("TROUPE_ENGINE"); path != "" {
		return path
	}
	path, err := exec.LookPath("nats-server")
	if err != nil {
		t.Skip("there is no engine: set TROUPE_ENGINE, or put nats-server on PATH")
	}
	return path
}

// storing starts a troupe that stores.
func storing(t *testing.T, store string) *child {
	t.Helper()
	file := filepath.Join(t.TempDir(), "t.conf")
	text := "jetstream { store_dir: " + strconv.Quote(store) + " }\nengine: " + strconv.Quote(engineProgram(t)) + "\n"
	require.NoError(t, os.WriteFile(file, []byte(text), 0o600))
	c := start(t, "-c", file)
	c.conf = file
	return c
}

var engineIsReady = regexp.MustCompile(`Engine is ready: .*pid=(\d+)`)

// enginePid waits for the first engine of a process.
func (c *child) enginePid(t *testing.T) int {
	t.Helper()
	c.addr(t)
	m := engineIsReady.FindStringSubmatch(c.stderr.String())
	require.NotNil(t, m, c.stderr.String())
	pid, err := strconv.Atoi(m[1])
	require.NoError(t, err)
	return pid
}

// gone waits for the end of a process that is nobody's child here.
func gone(t *testing.T, pid int) {
	t.Helper()
	require.Eventually(t, func() bool {
		state, err := os.ReadFile("/proc/" + strconv.Itoa(pid) + "/stat")
		return err != nil && syscall.Kill(pid, 0) != nil || regexp.MustCompile(`\) Z `).Match(state) // nobody may reap it in a container
	}, soon, tick)
}

// TestKilledBrokerLeavesNoEngine, and its successor has the store at once.
func TestKilledBrokerLeavesNoEngine(t *testing.T) {
	store := t.TempDir()
	c := storing(t, store)
	pid := c.enginePid(t)
	require.NoError(t, c.Process.Kill())
	<-c.exited
	gone(t, pid)
	next := storing(t, store)
	assert.NotEqual(t, pid, next.enginePid(t))
	next.signal(t, syscall.SIGTERM)
	assert.Zero(t, next.exit(t))
}

// TestStoreOfAnotherIsRefused: the second process says why, and does not serve.
func TestStoreOfAnotherIsRefused(t *testing.T) {
	store := t.TempDir()
	c := storing(t, store)
	c.enginePid(t)
	second := storing(t, store)
	assert.Equal(t, 1, second.exit(t))
	assert.Contains(t, second.stderr.String(), "another engine serves this store")
}

// TestEngineFollowsReload: an account that may store comes, and nothing is started anew.
func TestEngineFollowsReload(t *testing.T) {
	c := storing(t, t.TempDir())
	pid := c.enginePid(t)
	text, err := os.ReadFile(c.conf)
	require.NoError(t, err)
	require.NoError(t, os.WriteFile(c.conf, append(text, "accounts { A { jetstream: enabled, users: [{user: a, password: b}] } }\n"...), 0o600))
	c.signal(t, syscall.SIGHUP)
	c.says(t, "Reloaded server configuration")
	c.says(t, "The engine has read its configuration again")
	require.NoError(t, syscall.Kill(pid, 0))
}
