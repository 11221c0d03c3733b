//go:build linux

package e2e_test

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"regexp"
	"strconv"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// manyIdle says how many idle connections TestIdle makes: `make load-idle`.
const manyIdle = "TROUPE_IDLE"

// TestIdle: very many clients that do nothing cost little, get a message each, and come back at once.
func TestIdle(t *testing.T) {
	n := under(300, 100)
	if text := os.Getenv(manyIdle); text != "" {
		var err error
		n, err = strconv.Atoi(text)
		require.NoError(t, err)
	}
	n = min(n, descriptors(t)*9/10-500) // some are for other things
	monitor := strconv.Itoa(freePort(t))
	p := startProgram(t, "-m", monitor, "--max_connections", strconv.Itoa(n+10))
	before := p.resident()

	c := make(crowd, n)
	began := time.Now()
	c.each(t, func(i int, _ *idler) error { return c.come(i, p.addr()) })
	t.Logf("%d connections with a subscription each: %.0f a second", n, float64(n)/time.Since(began).Seconds())

	awaitMetric(t, monitor, "troupe_parked_connections", n)
	t.Logf("%.0f bytes of memory each, all of them parked", float64(p.resident()-before)/float64(n))

	began = time.Now()
	require.NoError(t, c[0].say("PUB all 1\r\nm\r\n"))
	c.each(t, func(_ int, of *idler) error { return of.expect("MSG all 1 1", "m") })
	t.Logf("a message to all of them: %s", time.Since(began).Round(time.Millisecond))

	c.each(t, func(_ int, of *idler) error {
		return errors.Join(of.nc.(*net.TCPConn).SetLinger(0), of.nc.Close()) // or else the port would stay taken
	})
	awaitMetric(t, monitor, "troupe_connections", 0)
	began = time.Now()
	c.each(t, func(i int, _ *idler) error { return c.come(i, p.addr()) })
	t.Logf("all of them back: %s", time.Since(began).Round(time.Millisecond))
}

// descriptors is how many a process may have here.
func descriptors(t *testing.T) int {
	t.Helper()
	var limit syscall.Rlimit
	require.NoError(t, syscall.Getrlimit(syscall.RLIMIT_NOFILE, &limit))
	return int(min(limit.Cur, 1<<30))
}

// resident is how many bytes of memory the program takes.
func (p *troupe) resident() (bytes int) {
	p.t.Helper()
	text, err := os.ReadFile(fmt.Sprintf("/proc/%d/statm", p.cmd.Process.Pid))
	require.NoError(p.t, err)
	var size, pages int
	_, err = fmt.Sscan(string(text), &size, &pages)
	require.NoError(p.t, err)
	return pages * os.Getpagesize()
}

// awaitMetric waits until a metric has a value.
func awaitMetric(t *testing.T, port, name string, value int) {
	t.Helper()
	line := regexp.MustCompile(fmt.Sprintf("(?m)^%s %d$", name, value))
	require.Eventually(t, func() bool {
		r, err := http.Get("http://127.0.0.1:" + port + "/metrics") //nolint:noctx // the test has a limit
		if err != nil {
			return false
		}
		defer r.Body.Close()
		text, err := io.ReadAll(r.Body)
		return err == nil && line.Match(text)
	}, patience, 100*time.Millisecond, "%s %d", name, value)
}

// idler is a client that does nothing.
type idler struct {
	nc net.Conn
	r  *bufio.Reader
}

// crowd is many of them.
type crowd []*idler

const (
	atATime = 16    // that come, or are heard
	onOne   = 20000 // of them come from one address: it has no more ports
)

// each does something with all of them, some at a time.
func (c crowd) each(t *testing.T, do func(i int, of *idler) error) {
	t.Helper()
	errs := make([]error, atATime)
	var all sync.WaitGroup
	for w := range atATime {
		all.Go(func() {
			for i := w; i < len(c) && errs[w] == nil; i += atATime {
				errs[w] = do(i, c[i])
			}
		})
	}
	all.Wait()
	for _, err := range errs {
		require.NoError(t, err)
	}
}

// come connects one of them.
func (c crowd) come(i int, addr string) error {
	d := net.Dialer{Timeout: patience, KeepAlive: -1, LocalAddr: &net.TCPAddr{IP: net.IPv4(127, 0, 0, byte(1+i/onOne))}, Control: portLater}
	nc, err := d.Dial("tcp", addr)
	if err != nil {
		return err
	}
	of := &idler{nc: nc, r: bufio.NewReaderSize(nc, 16)}
	c[i] = of
	if err := nc.SetDeadline(time.Now().Add(10 * patience)); err != nil {
		return err
	}
	for long := true; long; { // INFO
		if _, long, err = of.r.ReadLine(); err != nil {
			return err
		}
	}
	if err := of.say("CONNECT {\"verbose\":false}\r\nSUB all 1\r\nPING\r\n"); err != nil {
		return err
	}
	return of.expect("PONG")
}

// portLater leaves the choice of a port to the moment at which the other end is known: before, the kernel looks for one that nobody
// has at all.
func portLater(_, _ string, c syscall.RawConn) (err error) {
	const bindAddressNoPort = 24
	failed := c.Control(func(fd uintptr) { err = syscall.SetsockoptInt(int(fd), syscall.IPPROTO_IP, bindAddressNoPort, 1) })
	return errors.Join(failed, err)
}

func (of *idler) say(text string) error {
	_, err := of.nc.Write([]byte(text))
	return err
}

// expect hears these lines, and answers a PING before them.
func (of *idler) expect(lines ...string) error {
	for len(lines) > 0 {
		line, _, err := of.r.ReadLine()
		switch {
		case err != nil:
			return err
		case string(line) == "PING":
			if err := of.say("PONG\r\n"); err != nil {
				return err
			}
		case string(line) == lines[0]:
			lines = lines[1:]
		default:
			return fmt.Errorf("%q instead of %q", line, lines[0])
		}
	}
	return nil
}
