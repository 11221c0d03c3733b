package experiments

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"strconv"
	"strings"
	"time"

	"github.com/troupe-mq/troupe/actors"
	"github.com/troupe-mq/troupe/wire"
)

// client says and hears lines of the protocol, as somebody at a telnet would.
type client struct {
	net.Conn
	in  *bufio.Reader
	cid uint64 // the number in its actor's path
}

// client connects one, which says some lines. They are in force when it returns.
func (b *bench) client(broker *actors.Broker, lines ...string) *client {
	c := connect(broker)
	b.after = append(b.after, func() { c.Close() })
	c.say(append([]string{`CONNECT {"verbose":false,"headers":true,"no_responders":true}`}, lines...)...)
	c.fence()
	return c
}

// connect reads the greeting, and says nothing.
func connect(broker *actors.Broker) *client {
	nc, err := broker.InProcessConn()
	must(err)
	c := &client{Conn: nc, in: bufio.NewReader(nc)}
	var info wire.Info
	must(json.Unmarshal([]byte(strings.TrimPrefix(c.line(), "INFO ")), &info))
	c.cid = info.ClientID
	return c
}

// path is where its actor is, below the broker.
func (c *client) path() string { return "connections/conn-" + strconv.FormatUint(c.cid, 10) }

func (c *client) say(lines ...string) {
	_, err := io.WriteString(c, strings.Join(lines, "\r\n")+"\r\n")
	must(err)
}

// line is the next one, but for the PING by which the broker asks whether
// anybody is there.
func (c *client) line() string {
	must(c.SetReadDeadline(time.Now().Add(patience)))
	text, err := c.in.ReadString('\n')
	must(err)
	if text == "PING\r\n" {
		c.say("PONG")
		return c.line()
	}
	return strings.TrimSuffix(text, "\r\n")
}

// fence waits until what was said before is in force, and what was published has
// been sent on to its subscribers' actors.
func (c *client) fence() {
	c.say("PING")
	for c.line() != "PONG" {
	}
}

// message is the next payload: the line behind a MSG line.
func (c *client) message() string {
	head := c.line()
	if !strings.HasPrefix(head, "MSG ") {
		must(fmt.Errorf("a message was expected, and %q came", head))
	}
	return c.line()
}

// publish is the two lines that send a numbered message of some size.
func publish(subject string, number, size int) string {
	return fmt.Sprintf("PUB %s %d\r\n%0*d", subject, size, size, number)
}

// number is that of a message.
func number(payload string) int {
	n, err := strconv.Atoi(payload)
	must(err)
	return n
}
