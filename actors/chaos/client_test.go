package chaos_test

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"net"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

const hello = `CONNECT {"verbose":false,"pedantic":false,"protocol":1,"headers":true}` + "\r\n"

// client does nothing by itself. Its methods return errors, so that any
// goroutine may use it.
type protocolClient struct {
	nc  net.Conn
	r   *bufio.Reader
	cid string
}

// sources spreads the clients over addresses, or a hundred thousand of them
// would run out of ports.
var sources atomic.Uint32

// dial connects, reads INFO, and sends what is given. buffer is for reading.
func dial(addr, say string, buffer int) (*protocolClient, error) {
	n := sources.Add(1)
	d := net.Dialer{Timeout: patience, LocalAddr: &net.TCPAddr{IP: net.IPv4(127, 0, byte(1+n%16), byte(1+n/16%16))}}
	nc, err := d.Dial("tcp", addr)
	if err != nil {
		return nil, err
	}
	c := &protocolClient{nc: nc, r: bufio.NewReaderSize(nc, buffer)}
	info, err := c.line()
	if err == nil && say != "" {
		_, err = io.WriteString(nc, say)
	}
	if err != nil {
		nc.Close()
		return nil, err
	}
	_, rest, _ := strings.Cut(string(info), `"client_id":`)
	c.cid = rest[:max(0, strings.IndexAny(rest, ",}"))]
	return c, nil
}

// join connects a client that is closed when the test ends, and waits until
// what it says has been done.
func (b *broker) join(t *testing.T, say string, buffer int) *protocolClient {
	t.Helper()
	c, err := dial(b.addr, hello+say+"PING\r\n", buffer)
	require.NoError(t, err)
	t.Cleanup(func() { c.nc.Close() })
	require.NoError(t, c.untilPong())
	return c
}

func (c *protocolClient) line() ([]byte, error) {
	if err := c.nc.SetReadDeadline(time.Now().Add(patience)); err != nil {
		return nil, err
	}
	line, err := c.r.ReadSlice('\n')
	if errors.Is(err, bufio.ErrBufferFull) { // INFO, for a client with a small buffer
		whole := bytes.Clone(line)
		line, err = c.r.ReadBytes('\n')
		line = append(whole, line...)
	}
	return bytes.TrimSuffix(line, []byte("\r\n")), err
}

// saidError is what the broker said before it closed.
type saidError struct{ text string }

func (e *saidError) Error() string { return e.text }

// next returns the beginning of the next payload, valid until the next call, or
// pong. PING is answered.
func (c *protocolClient) next() (body []byte, pong bool, err error) {
	for {
		line, err := c.line()
		switch {
		case err != nil:
			return nil, false, err
		case bytes.HasPrefix(line, []byte("MSG ")):
			size, err := strconv.Atoi(string(line[bytes.LastIndexByte(line, ' ')+1:]))
			if err != nil {
				return nil, false, err
			}
			if size+2 > c.r.Size() {
				_, err = c.r.Discard(size + 2)
				return nil, false, err
			}
			if body, err = c.r.Peek(size + 2); err != nil {
				return nil, false, err
			}
			_, err = c.r.Discard(size + 2)
			return body[:size], false, err
		case string(line) == "PONG":
			return nil, true, nil
		case string(line) == "PING":
			if _, err := io.WriteString(c.nc, "PONG\r\n"); err != nil {
				return nil, false, err
			}
		case bytes.HasPrefix(line, []byte("-ERR")):
			return nil, false, &saidError{string(line)}
		case !bytes.HasPrefix(line, []byte("INFO")):
			return nil, false, fmt.Errorf("unexpected %q", line)
		}
	}
}

// untilPong reads over what is in front of the next PONG.
func (c *protocolClient) untilPong() error {
	for {
		if _, pong, err := c.next(); err != nil || pong {
			return err
		}
	}
}

// flush sends what is given and waits until it has been done.
func (c *protocolClient) flush(say string) error {
	if _, err := io.WriteString(c.nc, say+"PING\r\n"); err != nil {
		return err
	}
	return c.untilPong()
}

// end reads until the broker closes the connection.
func (c *protocolClient) end() {
	for {
		if _, err := c.line(); err != nil {
			return
		}
	}
}

// gone reports whether the broker has closed the connection, without reading
// what it has sent.
func (c *protocolClient) gone() bool {
	_, err := io.WriteString(c.nc, "PONG\r\n")
	return err != nil
}

// untilGone waits until the broker has closed the connection, or stop is set.
func (c *protocolClient) untilGone(stop *atomic.Bool) {
	tick := time.NewTicker(20 * time.Millisecond)
	defer tick.Stop()
	for !stop.Load() && !c.gone() {
		<-tick.C
	}
}
