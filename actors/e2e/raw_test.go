package e2e_test

import (
	"bufio"
	"bytes"
	"fmt"
	"io"
	"net"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// raw is a client that does nothing by itself: what is sent and what came in is
// exactly what a test says and sees. Its methods return errors, so that any
// goroutine may use it.
type raw struct {
	nc   net.Conn
	r    *bufio.Reader
	info string
	mute bool // it answers no PING
}

// message is one MSG or HMSG.
type message struct {
	subject, sid, reply string
	header, body        string
}

const quiet = `CONNECT {"verbose":false,"pedantic":false,"protocol":1,"headers":true,"no_responders":true}` + "\r\n"

// dialRaw connects and introduces itself; it is closed when the test ends.
func dialRaw(t *testing.T, addr string) *raw {
	t.Helper()
	c, err := openRaw(addr, quiet)
	require.NoError(t, err)
	t.Cleanup(c.close)
	return c
}

// openRaw connects and sends hello, which may be nothing.
func openRaw(addr, hello string) (*raw, error) {
	nc, err := net.DialTimeout("tcp", addr, patience)
	if err != nil {
		return nil, err
	}
	c := &raw{nc: nc, r: bufio.NewReaderSize(nc, 64<<10)}
	if c.info, err = c.line(); err != nil {
		nc.Close()
		return nil, err
	}
	return c, c.send(hello)
}

func (c *raw) close() { c.nc.Close() }

func (c *raw) send(s string) error {
	if err := c.nc.SetWriteDeadline(time.Now().Add(patience)); err != nil {
		return err
	}
	_, err := io.WriteString(c.nc, s)
	return err
}

func (c *raw) line() (string, error) {
	if err := c.nc.SetReadDeadline(time.Now().Add(patience)); err != nil {
		return "", err
	}
	s, err := c.r.ReadString('\n')
	return strings.TrimSuffix(s, "\r\n"), err
}

// next returns the next message, or the next line that is none. +OK and INFO
// are read over and PING is answered, unless it is a test's own business.
func (c *raw) next() (*message, string, error) {
	for {
		line, err := c.line()
		if err != nil {
			return nil, line, err
		}
		switch verb, _, _ := strings.Cut(line, " "); verb {
		case "MSG", "HMSG":
			m, err := c.message(line)
			return m, line, err
		case "+OK", "INFO":
		case "PING":
			if c.mute {
				continue
			}
			if err := c.send("PONG\r\n"); err != nil {
				return nil, "", err
			}
		default:
			return nil, line, nil
		}
	}
}

func (c *raw) message(line string) (*message, error) {
	f := strings.Split(line, " ")
	sizes := 1
	if f[0] == "HMSG" {
		sizes = 2
	}
	if len(f) != 3+sizes && len(f) != 4+sizes {
		return nil, fmt.Errorf("malformed %q", line)
	}
	m := &message{subject: f[1], sid: f[2]}
	if len(f) == 4+sizes {
		m.reply = f[3]
	}
	size, err := strconv.Atoi(f[len(f)-1])
	if err != nil {
		return nil, fmt.Errorf("malformed %q", line)
	}
	header := 0
	if sizes == 2 {
		if header, err = strconv.Atoi(f[len(f)-2]); err != nil || header > size {
			return nil, fmt.Errorf("malformed %q", line)
		}
	}
	b := make([]byte, size+2)
	if _, err := io.ReadFull(c.r, b); err != nil {
		return nil, err
	}
	if !bytes.HasSuffix(b, []byte("\r\n")) {
		return nil, fmt.Errorf("payload of %q ends in %q", line, b[size:])
	}
	m.header, m.body = string(b[:header]), string(b[header:size])
	return m, nil
}

// collect reads messages until the next PONG.
func (c *raw) collect(each func(m *message) error) error {
	for {
		m, line, err := c.next()
		switch {
		case err != nil:
			return err
		case m != nil:
			if err := each(m); err != nil {
				return err
			}
		case line == "PONG":
			return nil
		default:
			return fmt.Errorf("unexpected %q", line)
		}
	}
}

// barrier sends commands and PING, and returns the messages in front of the PONG.
func (c *raw) barrier(commands string) ([]*message, error) {
	if err := c.send(commands + "PING\r\n"); err != nil {
		return nil, err
	}
	var got []*message
	err := c.collect(func(m *message) error {
		got = append(got, m)
		return nil
	})
	return got, err
}

func pub(subject, body string) string {
	return "PUB " + subject + " " + strconv.Itoa(len(body)) + "\r\n" + body + "\r\n"
}

// together runs fn for 0 to n-1 at the same time and requires that all succeed.
func together(t *testing.T, n int, fn func(i int) error) {
	t.Helper()
	errs := make([]error, n)
	var wg sync.WaitGroup
	for i := range n {
		wg.Go(func() { errs[i] = fn(i) })
	}
	wg.Wait()
	for i, err := range errs {
		require.NoError(t, err, "number %d of %d", i, n)
	}
}
