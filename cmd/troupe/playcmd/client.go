package playcmd

import (
	"bufio"
	"errors"
	"io"
	"net"
	"strings"
	"time"

	"github.com/troupe-mq/troupe/supervisor"
)

// client is one connection of a session.
type client struct {
	name  string
	nc    net.Conn
	lines chan string // what the broker says, without line ends; closed when it has hung up
	ended bool        // nothing more is expected of it
}

// dialTimeout bounds how long a broker may take to let somebody in.
const dialTimeout = 5 * time.Second

// maxLine is how long a line of the broker may be, in bytes: a payload is one.
const maxLine = 64 << 20

// ahead is how many lines may wait to be looked at. More wait in the socket.
const ahead = 1024

var errNoBroker = errors.New("it does not greet as a broker of NATS does")

// dial connects, and reads the INFO that greets everybody.
func dial(name, address string) (*client, error) {
	nc, err := net.DialTimeout("tcp", address, dialTimeout)
	if err != nil {
		return nil, err
	}
	r := bufio.NewReaderSize(nc, 32<<10)
	_ = nc.SetReadDeadline(time.Now().Add(dialTimeout)) // where it cannot be set, reading fails as well
	greeting, err := readLine(r)
	if err != nil || !strings.HasPrefix(greeting, "INFO ") {
		_ = nc.Close() // why it is closed is told
		return nil, errors.Join(errNoBroker, err)
	}
	_ = nc.SetReadDeadline(time.Time{}) // as above
	c := &client{name: name, nc: nc, lines: make(chan string, ahead)}
	supervisor.Go(nil, "play", func() { c.listen(r) })
	return c, nil
}

// listen reads lines until the broker hangs up. It answers PING, so that a course may take
// its time; the PINGs are shown only where they are expected.
func (c *client) listen(r *bufio.Reader) {
	defer close(c.lines)
	for {
		line, err := readLine(r)
		if err != nil {
			return
		}
		c.lines <- line
	}
}

// readLine reads to the next LF.
func readLine(r *bufio.Reader) (string, error) {
	var b strings.Builder
	for {
		piece, err := r.ReadSlice('\n')
		b.Write(piece)
		switch {
		case err == nil:
			return strings.TrimSuffix(strings.TrimSuffix(b.String(), "\n"), "\r"), nil
		case !errors.Is(err, bufio.ErrBufferFull):
			return "", err
		case b.Len() > maxLine:
			return "", io.ErrUnexpectedEOF
		}
	}
}

// send sends bytes as they are.
func (c *client) send(text string) error {
	_ = c.nc.SetWriteDeadline(time.Now().Add(dialTimeout)) // where it cannot be set, writing fails as well
	_, err := io.WriteString(c.nc, text)
	return err
}

// next is the next line that comes within a time. PINGs that nobody expects are answered.
func (c *client) next(within time.Duration, want string) (line string, came, open bool) {
	late := time.After(within)
	for {
		select {
		case line, open = <-c.lines:
			if open && line == "PING" && want != line {
				_ = c.send("PONG\r\n") // a connection that is gone shows by itself
				continue
			}
			return line, open, open
		case <-late:
			return "", false, true
		}
	}
}
