package actorstest

import (
	"bytes"
	"net"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/troupe-mq/troupe/actors/transcript"
)

// Client is a person at a telnet prompt: it sends lines and sees lines. Its
// methods fail the test when the broker does something else than expected. They
// are for the test's own goroutine.
type Client struct {
	// Info is the line that the broker greeted with.
	Info string

	t      testing.TB
	nc     net.Conn
	bubble bool

	mu    sync.Mutex
	in    []byte        // came in and was not yet looked at
	ended bool          // nothing more will come
	news  chan struct{} // told when either of them changes
}

// Client connects to the broker, and reads its greeting.
func (b *Broker) Client(t testing.TB) *Client {
	t.Helper()
	nc, err := b.InProcessConn()
	if err != nil {
		t.Fatalf("actorstest: connecting: %v", err)
	}
	c := &Client{t: t, nc: nc, news: make(chan struct{}, 1)}
	b.clients = append(b.clients, c)
	go c.read()
	c.bubble = settle()
	c.Info = c.Line()
	if !strings.HasPrefix(c.Info, "INFO {") {
		t.Fatalf("actorstest: greeted with %q", c.Info)
	}
	return c
}

// read takes in everything at once, so that the broker never has to wait for
// the test.
func (c *Client) read() {
	buf := make([]byte, 32<<10)
	for {
		n, err := c.nc.Read(buf)
		c.mu.Lock()
		c.in = append(c.in, buf[:n]...)
		c.ended = c.ended || err != nil
		c.mu.Unlock()
		select {
		case c.news <- struct{}{}:
		default:
		}
		if err != nil {
			return
		}
	}
}

// await waits until ok, which is called under the lock, and reports whether that
// came true in time.
func (c *Client) await(ok func() bool) bool {
	check := func() bool {
		c.mu.Lock()
		defer c.mu.Unlock()
		return ok()
	}
	if c.bubble {
		settle()
		return check()
	}
	for late := time.After(patience); ; {
		if check() {
			return true
		}
		select {
		case <-c.news:
		case <-late:
			return check()
		}
	}
}

// Send sends lines, each with its CRLF.
func (c *Client) Send(lines ...string) {
	c.t.Helper()
	c.Write(strings.Join(lines, "\r\n") + "\r\n")
}

// Write sends bytes as they are.
func (c *Client) Write(text string) {
	c.t.Helper()
	_ = c.nc.SetWriteDeadline(time.Now().Add(patience)) // where it cannot be set, the test's own time-out is left
	if _, err := c.nc.Write([]byte(text)); err != nil {
		c.t.Fatalf("actorstest: sending %q: %v", text, err)
	}
	if c.bubble {
		settle()
	}
}

// Line is the next line from the broker, without its CRLF. Outside of a bubble
// the broker's own PINGs are answered and read over, unless one is expected: they
// come when a test has taken its time.
func (c *Client) Line() string {
	c.t.Helper()
	line, ok := c.next("")
	if !ok {
		c.t.Fatalf("actorstest: no line came, but %s", c.rest())
	}
	return line
}

// next is the next line. What is wanted makes a difference to PINGs only.
func (c *Client) next(want string) (line string, ok bool) {
	for {
		ok = c.await(func() bool {
			before, after, found := bytes.Cut(c.in, []byte("\r\n"))
			if found {
				line, c.in = string(before), after
			}
			return found
		})
		if !ok || c.bubble || line != ping || want == ping {
			return line, ok
		}
		c.Send("PONG")
	}
}

const ping = "PING"

// Expect requires that exactly these lines come next.
func (c *Client) Expect(lines ...string) {
	c.t.Helper()
	for _, want := range lines {
		got, ok := c.next(want)
		switch {
		case !ok:
			c.t.Fatalf("actorstest: want the line %q, but %s", want, c.rest())
		case got != want:
			c.t.Fatalf("actorstest: want the line %q, got %q", want, got)
		}
	}
}

// Fence requires that nothing comes but the answer to a PING: then everything
// that was sent before has had its effect.
func (c *Client) Fence() {
	c.t.Helper()
	c.Send(ping)
	c.Expect("PONG")
}

// Quiet requires that the broker has nothing to say: in a bubble by waiting,
// outside by a fence.
func (c *Client) Quiet() {
	c.t.Helper()
	if !c.bubble {
		c.Fence()
		return
	}
	settle()
	if s := c.rest(); s != isSilent {
		c.t.Fatalf("actorstest: want quiet, but %s", s)
	}
}

// ExpectClosed requires that the broker closes the connection, and says nothing
// more before.
func (c *Client) ExpectClosed() {
	c.t.Helper()
	if s := c.hearOut(); s != isOver {
		c.t.Fatalf("actorstest: want a closed connection, but %s", s)
	}
}

// hearOut gives the broker time to close the connection, and says what is left.
func (c *Client) hearOut() string {
	over := func() bool { return c.ended }
	if !c.await(over) && c.bubble {
		<-time.After(lingers)
		c.await(over)
	}
	return c.rest()
}

// Close ends the connection from the client's side.
func (c *Client) Close() {
	c.nc.Close()
	if c.bubble {
		settle()
	}
}

// lingers is how long the broker may listen to a client after its last word to
// it.
const lingers = 600 * time.Millisecond

// What rest says when there is nothing to be read.
const (
	isSilent = "nothing"
	isOver   = "the connection was closed"
)

// rest says what is left to be read.
func (c *Client) rest() string {
	c.mu.Lock()
	defer c.mu.Unlock()
	switch {
	case len(c.in) > 0:
		return "there is " + transcript.Quote(string(c.in))
	case c.ended:
		return isOver
	default:
		return isSilent
	}
}
