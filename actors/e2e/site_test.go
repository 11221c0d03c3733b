package e2e_test

import (
	"bytes"
	"context"
	"fmt"
	"net"
	"os/exec"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/nats-io/nats.go"
	"github.com/stretchr/testify/require"

	"github.com/troupe-mq/troupe/actors"
)

// site is a running broker, as its clients see it.
type site struct {
	addr   string // of its socket, "" if it has none
	option nats.Option
}

// connect returns a client of the site, closed when the test ends.
func (s site) connect(t *testing.T, options ...nats.Option) *nats.Conn {
	t.Helper()
	nc, err := s.dial(options...)
	require.NoError(t, err)
	t.Cleanup(nc.Close)
	return nc
}

func (s site) dial(options ...nats.Option) (*nats.Conn, error) {
	options = append([]nats.Option{s.option, nats.Timeout(patience), nats.MaxReconnects(0)}, options...)
	return nats.Connect("nats://"+s.addr, options...)
}

// everywhere runs a test against the program and against a broker in this process
// that listens nowhere.
func everywhere(t *testing.T, test func(t *testing.T, s site)) {
	t.Helper()
	t.Run("program", func(t *testing.T) { test(t, startProgram(t).site()) })
	t.Run("in process", func(t *testing.T) {
		b := startBroker(t, actors.Config{NoListen: true})
		test(t, site{option: nats.InProcessServer(b)})
	})
}

// overSockets runs a test against the program and against a broker in this
// process, both with four partitions.
func overSockets(t *testing.T, test func(t *testing.T, addr string)) {
	t.Helper()
	t.Run("program", func(t *testing.T) {
		p := newProgram(t)
		p.env = []string{"GOMAXPROCS=4"}
		p.start()
		test(t, p.addr())
	})
	t.Run("in process", func(t *testing.T) {
		test(t, listen(t, actors.Config{Partitions: 4}).Addr().String())
	})
}

// startBroker runs a broker in this process, stopped when the test ends.
func startBroker(t *testing.T, c actors.Config) *actors.Broker {
	t.Helper()
	b, err := actors.Start(t.Context(), c)
	require.NoError(t, err)
	t.Cleanup(func() {
		ctx, cancel := context.WithTimeout(context.Background(), time.Second)
		defer cancel()
		_ = b.Stop(ctx) // the test may have done it
	})
	return b
}

// listen runs a broker in this process that has a socket.
func listen(t *testing.T, c actors.Config) *actors.Broker {
	t.Helper()
	c.Host, c.Port = "127.0.0.1", -1
	return startBroker(t, c)
}

// troupe is the program, running or not.
type troupe struct {
	t    *testing.T
	port int
	args []string
	env  []string

	cmd    *exec.Cmd
	log    *notes
	exited chan struct{}
}

// startProgram runs the program until the test ends, which requires that it ends well.
func startProgram(t *testing.T, args ...string) *troupe {
	t.Helper()
	p := newProgram(t, args...)
	p.start()
	return p
}

func newProgram(t *testing.T, args ...string) *troupe {
	t.Helper()
	p := &troupe{t: t, args: args}
	t.Cleanup(func() {
		if p.running() {
			p.stop()
		}
		if t.Failed() && p.log != nil {
			t.Logf("what the program wrote last:\n%s", p.log.tail(4000))
		}
	})
	return p
}

func (p *troupe) addr() string { return net.JoinHostPort("127.0.0.1", strconv.Itoa(p.port)) }

func (p *troupe) site() site {
	return site{addr: p.addr(), option: func(*nats.Options) error { return nil }}
}

func (p *troupe) running() bool {
	if p.cmd == nil {
		return false
	}
	select {
	case <-p.exited:
		return false
	default:
		return true
	}
}

// start runs the program on the port it had, or on a free one. Somebody else may
// take that in between: then it tries another.
func (p *troupe) start() {
	p.t.Helper()
	chosen := p.port
	for range 10 {
		if chosen == 0 {
			p.port = freePort(p.t)
		}
		p.run()
		ready := func() bool { return strings.Contains(p.log.tail(1<<20), "Server is ready") || !p.running() }
		require.Eventually(p.t, ready, patience, soon, "its own clients are there, too")
		if p.running() {
			return
		}
	}
	require.Fail(p.t, "the program does not start", p.log.tail(4000))
}

func (p *troupe) run() {
	p.t.Helper()
	p.log = new(notes)
	p.cmd = exec.Command(program, append([]string{"-a", "127.0.0.1", "-p", strconv.Itoa(p.port)}, p.args...)...)
	p.cmd.Env = append(p.cmd.Environ(), "GORACE=atexit_sleep_ms=0") // a second each, otherwise
	p.cmd.Env = append(p.cmd.Env, p.env...)
	p.cmd.Stdout, p.cmd.Stderr = p.log, p.log
	require.NoError(p.t, p.cmd.Start())
	exited, cmd := make(chan struct{}), p.cmd
	p.exited = exited
	go func() {
		defer close(exited)
		_ = cmd.Wait() // its exit code is looked at
	}()
}

// stop ends the program by SIGTERM. The exit code also tells of data races.
func (p *troupe) stop() {
	p.t.Helper()
	require.NoError(p.t, p.cmd.Process.Signal(syscall.SIGTERM))
	select {
	case <-p.exited:
	case <-time.After(patience):
		_ = p.cmd.Process.Kill() // it has failed already
		require.Fail(p.t, "the program did not stop on SIGTERM")
	}
	require.Zero(p.t, p.cmd.ProcessState.ExitCode(), "exit code")
}

func freePort(t *testing.T) int {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	defer l.Close()
	return l.Addr().(*net.TCPAddr).Port
}

// notes is what a program has written.
type notes struct {
	mu  sync.Mutex
	buf bytes.Buffer
}

func (n *notes) Write(p []byte) (int, error) {
	n.mu.Lock()
	defer n.mu.Unlock()
	return n.buf.Write(p)
}

func (n *notes) tail(most int) string {
	n.mu.Lock()
	defer n.mu.Unlock()
	b := n.buf.Bytes()
	if len(b) > most {
		return fmt.Sprintf("(%d bytes before)\n%s", len(b)-most, b[len(b)-most:])
	}
	return string(b)
}
