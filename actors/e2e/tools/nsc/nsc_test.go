// Package nsc_test has nsc manage the accounts of a broker that runs.
package nsc_test

import (
	"bufio"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// operator is somebody who has an operator's keys, and nsc.
type operator struct {
	t       *testing.T
	program string
	env     []string
}

// newOperator is one with nothing. Only where nsc cannot be fetched is there nothing to test.
func newOperator(t *testing.T) *operator {
	t.Helper()
	const pkg = "github.com/nats-io/nsc/v2"
	if out, err := exec.CommandContext(t.Context(), "go", "list", "-deps", pkg).CombinedOutput(); err != nil {
		t.Skipf("nsc cannot be fetched: %s", out)
	}
	home, program := t.TempDir(), filepath.Join(t.TempDir(), "nsc")
	build(t, ".", program, pkg)
	return &operator{t: t, program: program, env: append(os.Environ(),
		"HOME="+home, "XDG_CONFIG_HOME="+home+"/config", "XDG_DATA_HOME="+home+"/data", "NKEYS_PATH="+home+"/keys", "NSC_HOME="+home+"/nsc", "NSC_NO_GIT_IGNORE=true")}
}

func build(t *testing.T, in, program, pkg string) {
	t.Helper()
	out, err := exec.CommandContext(t.Context(), "go", "build", "-C", in, "-o", program, pkg).CombinedOutput()
	require.NoError(t, err, string(out))
}

// try runs nsc, and returns what it has said, in one line, and whether it has done what it was to.
func (o *operator) try(args ...string) (said string, err error) {
	c := exec.CommandContext(o.t.Context(), o.program, args...)
	c.Env = o.env
	out, err := c.CombinedOutput()
	return strings.Join(strings.Fields(string(out)), " "), err
}

func (o *operator) does(args ...string) (said string) {
	o.t.Helper()
	said, err := o.try(args...)
	require.NoError(o.t, err, said)
	return said
}

// run starts a broker, and waits until it is ready. It is killed when the test ends, or earlier.
func run(t *testing.T, program string, args ...string) (kill func()) {
	t.Helper()
	c := exec.Command(program, args...)
	log, err := c.StderrPipe()
	require.NoError(t, err)
	require.NoError(t, c.Start())
	kill = func() {
		_ = c.Process.Kill()
		_ = c.Wait()
	}
	t.Cleanup(kill)
	ready := make(chan bool, 1)
	go func() {
		for lines := bufio.NewScanner(log); lines.Scan(); {
			if strings.Contains(lines.Text(), "Server is ready") {
				ready <- true
			}
		}
	}()
	select {
	case <-ready:
	case <-time.After(30 * time.Second):
		t.Fatal("the broker is not ready")
	}
	return kill
}

// TestPush: accounts are pushed, pulled, changed and pruned while the broker runs, and it has them again after it was killed.
func TestPush(t *testing.T) {
	o, troupe, dir := newOperator(t), filepath.Join(t.TempDir(), "troupe"), t.TempDir()
	build(t, "../../../..", troupe, "./cmd/troupe")
	l, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	addr := l.Addr().String()
	require.NoError(t, l.Close())

	o.does("add", "operator", "-n", "OP", "--sys")
	o.does("edit", "operator", "--service-url", "nats://"+addr, "--account-jwt-server-url", "nats://"+addr)
	for _, name := range []string{"APP", "SECOND"} {
		o.does("add", "account", "-n", name)
		o.does("add", "user", "-a", name, "-n", "u")
	}
	resolver := filepath.Join(dir, "resolver.conf")
	o.does("generate", "config", "--nats-resolver", "--sys-account", "SYS", "--config-file", resolver)
	text, err := os.ReadFile(resolver)
	require.NoError(t, err)
	generated := strings.NewReplacer("dir: './jwt'", fmt.Sprintf("dir: %q", filepath.Join(dir, "jwt")), "allow_delete: false", "allow_delete: true").Replace(string(text))
	require.Contains(t, generated, dir)
	config := filepath.Join(dir, "troupe.conf")
	require.NoError(t, os.WriteFile(config, []byte(fmt.Sprintf("listen: %q\nserver_name: one\n%s", addr, generated)), 0o600))
	kill := run(t, troupe, "-c", config)

	said, err := o.try("tool", "pub", "-a", "APP", "-u", "u", "x", "early")
	require.Error(t, err, said)
	said = o.does("push", "-A")
	for _, name := range []string{"APP", "SECOND", "SYS"} {
		assert.Contains(t, said, fmt.Sprintf("pushed %q to nats-server one: jwt updated", name))
	}
	for _, name := range []string{"APP", "SECOND"} {
		assert.Contains(t, o.does("tool", "pub", "-a", name, "-u", "u", "x", "hi"), "Published [x]")
	}
	assert.Contains(t, o.does("pull", "-A"), `stored account "SECOND"`)

	o.does("edit", "account", "-n", "SECOND", "--conns", "0")
	o.does("push", "-a", "SECOND")
	said, err = o.try("tool", "pub", "-a", "SECOND", "-u", "u", "x", "hi")
	require.Error(t, err, said)
	o.does("edit", "account", "-n", "SECOND", "--conns", "-1")
	o.does("push", "-a", "SECOND")
	o.does("tool", "pub", "-a", "SECOND", "-u", "u", "x", "hi")

	kill()
	kill = run(t, troupe, "-c", config)
	o.does("tool", "pub", "-a", "SECOND", "-u", "u", "x", "hi")
	assert.Contains(t, o.does("push", "--diff", "-A"), "named SECOND exists")
	o.does("delete", "account", "-n", "SECOND")
	assert.Contains(t, o.does("push", "-A", "--prune"), "all jobs succeeded")
	assert.NotContains(t, o.does("push", "--diff", "-A"), "only exists in server")
	kill()
	run(t, troupe, "-c", config)
	assert.NotContains(t, o.does("push", "--diff", "-A"), "only exists in server")
	o.does("tool", "pub", "-a", "APP", "-u", "u", "x", "hi")
}
