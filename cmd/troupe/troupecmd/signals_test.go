//go:build unix

package troupecmd

import (
	"fmt"
	"net"
	"os"
	"os/exec"
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

// lameDuckFile is a configuration with a grace period.
func lameDuckFile(t *testing.T, grace string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "t.conf")
	require.NoError(t, os.WriteFile(path, []byte("lame_duck_duration: 30s, lame_duck_grace_period: "+grace), 0o600))
	return path
}

func TestLameDuckOnUSR2(t *testing.T) {
	t.Parallel()
	p := start(t, "-c", lameDuckFile(t, "50ms"))
	c := dial(t, p.addr(t))
	c.connect(t, `{"verbose":false,"protocol":1}`)
	require.Contains(t, c.line(t), `"connect_info":true`)
	p.signal(t, syscall.SIGUSR2)
	assert.Contains(t, c.line(t), `"ldm":true`)
	_, err := c.ReadByte()
	require.Error(t, err, "closed when the grace period is over")
	assert.Equal(t, 0, p.exit(t))
	for _, words := range []string{"Entering lame duck mode", "Closing existing clients", "Initiating Shutdown...", "Server Exiting.."} {
		assert.Contains(t, p.stderr.String(), words)
	}
}

func TestLameDuckWithoutClientsExits(t *testing.T) {
	t.Parallel()
	p := start(t)
	p.addr(t)
	p.signal(t, syscall.SIGUSR2)
	assert.Equal(t, 0, p.exit(t))
}

// TERM wants what is under way already, and INT wants it at once.
func TestStopInLameDuckMode(t *testing.T) {
	t.Parallel()
	p := start(t, "-c", lameDuckFile(t, "29s"))
	c := dial(t, p.addr(t))
	c.connect(t, `{"verbose":false}`)
	p.signal(t, syscall.SIGUSR2)
	p.says(t, "Entering lame duck mode")
	p.signal(t, syscall.SIGTERM)
	p.says(t, "signal=terminated")
	p.signal(t, syscall.SIGUSR2)
	p.signal(t, syscall.SIGUSR1)
	p.says(t, "re-open ignored")
	c.connect(t, `{"verbose":false}`)
	p.signal(t, syscall.SIGINT)
	assert.Equal(t, 0, p.exit(t))
}

// signalled runs the binary with --signal, in the folder of a process, under a
// name that nobody else has.
func signalled(t *testing.T, name, order string) (code int, words string) {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), binary, "--signal", order)
	cmd.Args[0] = name
	out, err := cmd.CombinedOutput()
	if exit := (*exec.ExitError)(nil); err != nil {
		require.ErrorAs(t, err, &exit)
	}
	return cmd.ProcessState.ExitCode(), string(out)
}

func TestSignalFlag(t *testing.T) {
	t.Parallel()
	p := start(t, "-P", "troupe.pid")
	p.addr(t)
	code, words := signalled(t, "troupe", "reopen="+filepath.Join(p.Dir, "troupe.pid"))
	assert.Equal(t, 0, code, words)
	p.says(t, "re-open ignored")
	code, words = signalled(t, "troupe", "term="+strconv.Itoa(p.Process.Pid))
	assert.Equal(t, 0, code, words)
	assert.Equal(t, 0, p.exit(t))
	code, words = signalled(t, "troupe", "stop="+strconv.Itoa(p.Process.Pid))
	assert.Equal(t, 1, code, words)
	assert.Regexp(t, `^troupe: signal "stop" \d+: no such process`, words)
}

func TestSignalFlagByName(t *testing.T) {
	t.Parallel()
	name := fmt.Sprintf("troupe-test-%d", os.Getpid())
	dir := t.TempDir()
	require.NoError(t, os.Symlink(binary, filepath.Join(dir, name)))
	begin := func() *child {
		c := &child{exited: make(chan struct{})}
		c.Cmd = exec.Command(filepath.Join(dir, name), "-a", "127.0.0.1", "-p", "-1")
		c.Stderr = &c.stderr
		return c.begin(t)
	}
	code, words := signalled(t, name, "quit")
	assert.Equal(t, 1, code)
	assert.Equal(t, "troupe: no "+name+" processes running\n", words)
	one := begin()
	one.addr(t)
	two := begin()
	two.addr(t)
	code, words = signalled(t, name, "quit")
	assert.Equal(t, 1, code)
	assert.Contains(t, words, "troupe: multiple "+name+" processes running:\n")
	assert.Contains(t, words, strconv.Itoa(one.Process.Pid))
	code, words = signalled(t, name, "quit="+strconv.Itoa(one.Process.Pid)+"*")
	assert.Equal(t, 0, code, words)
	assert.Equal(t, 0, one.exit(t))
	code, words = signalled(t, name, "quit")
	assert.Equal(t, 0, code, words)
	assert.Equal(t, 0, two.exit(t))
}

func TestSignalFlagMisused(t *testing.T) {
	t.Parallel()
	const noPid, noSignal = ": needs a number, or a file that holds one", ": one of stop, quit, term, reload, reopen and ldm"
	for order, want := range map[string]string{
		"foo":       `unknown signal "foo"` + noSignal,
		"foo=1":     `unknown signal "foo"` + noSignal,
		"ldm=":      "no troupe-nobody processes running",
		"ldm=*":     "no troupe-nobody processes running",
		"ldm=x":     "invalid pid: x" + noPid,
		"ldm=1.5":   "invalid pid: 1.5" + noPid,
		"stop=-1":   "invalid pid: -1" + noPid, // would be everybody
		"quit=0":    "invalid pid: 0" + noPid,
		"reload=/":  "invalid pid: /" + noPid,
		"quit=1=2":  "invalid pid: 1=2" + noPid,
		"QUIT=none": `unknown signal "QUIT"` + noSignal,
	} {
		code, words := signalled(t, "troupe-nobody", order)
		assert.Equal(t, 1, code, order)
		assert.Equal(t, "troupe: "+want+"\n", words, order)
	}
}

// manager is a service manager that hears what it is told.
func manager(t *testing.T, name string) *net.UnixConn {
	t.Helper()
	nc, err := net.ListenUnixgram("unixgram", &net.UnixAddr{Name: name, Net: "unixgram"})
	require.NoError(t, err)
	t.Cleanup(func() { assert.NoError(t, nc.Close()) })
	require.NoError(t, nc.SetReadDeadline(time.Now().Add(soon)))
	return nc
}

func heard(t *testing.T, nc *net.UnixConn) string {
	t.Helper()
	b := make([]byte, 256)
	n, err := nc.Read(b)
	require.NoError(t, err)
	return string(b[:n])
}

func TestServiceManagerIsTold(t *testing.T) {
	t.Parallel()
	socket := filepath.Join(t.TempDir(), "notify")
	nc := manager(t, socket)
	p := startWith(t, []string{"NOTIFY_SOCKET=" + socket})
	assert.Equal(t, "READY=1", heard(t, nc))
	p.says(t, "Server is ready")
	p.signal(t, syscall.SIGTERM)
	assert.Equal(t, "STOPPING=1", heard(t, nc))
	assert.Equal(t, 0, p.exit(t))
}

// A service manager that is gone is no reason not to serve.
func TestServiceManagerIsGone(t *testing.T) {
	t.Parallel()
	p := startWith(t, []string{"NOTIFY_SOCKET=" + filepath.Join(t.TempDir(), "none")})
	p.addr(t)
	p.says(t, "the service manager cannot be told")
	p.signal(t, syscall.SIGTERM)
	assert.Equal(t, 0, p.exit(t))
}

func TestReloadingIsToldWithTheTime(t *testing.T) {
	name := filepath.Join(t.TempDir(), "notify")
	want := regexp.MustCompile(`^RELOADING=1$`)
	if isLinux {
		name = fmt.Sprintf("@troupe-test-%d", os.Getpid()) // in the abstract name space
		want = regexp.MustCompile(`^RELOADING=1\nMONOTONIC_USEC=\d+$`)
	}
	nc := manager(t, name)
	require.NoError(t, tell(name, notifyReloading))
	assert.Regexp(t, want, heard(t, nc))
}

// isLinux is whether the system has what only Linux has.
var isLinux = strings.HasPrefix(monotonic(), "\n")
