package actors_test

import (
	"bufio"
	"io"
	"net"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/troupe-mq/troupe/actors"
	"github.com/troupe-mq/troupe/actors/internal/lab"
)

// terminal is a client inside of the process that reads nothing but when it is told
// to, line by line: what it does not read waits for it in the broker.
type terminal struct {
	net.Conn
	t *testing.T
	r *bufio.Reader
}

// inside is a broker without a port.
func inside(t *testing.T, config actors.Config) *actors.Broker {
	t.Helper()
	config.NoListen = true
	return start(t, config)
}

func dial(t *testing.T, b *actors.Broker) *terminal {
	t.Helper()
	nc, err := b.InProcessConn()
	require.NoError(t, err)
	t.Cleanup(func() { nc.Close() })
	p := &terminal{Conn: nc, t: t, r: bufio.NewReader(nc)}
	require.NoError(t, nc.SetDeadline(time.Now().Add(time.Minute)))
	require.Contains(t, p.next(), "INFO {")
	p.send("CONNECT {\"verbose\":false,\"pedantic\":false,\"headers\":true,\"no_responders\":true}\r\n")
	return p
}

func (p *terminal) send(text string) {
	p.t.Helper()
	_, err := io.WriteString(p, text)
	require.NoError(p.t, err)
}

func (p *terminal) next() string {
	p.t.Helper()
	for {
		text, err := p.r.ReadString('\n')
		require.NoError(p.t, err)
		if text != "PING\r\n" { // the broker's own, where a test takes its time
			return text
		}
		p.send("PONG\r\n")
	}
}

func (p *terminal) expect(lines ...string) {
	p.t.Helper()
	for _, want := range lines {
		require.Equal(p.t, want+"\r\n", p.next())
	}
}

func (p *terminal) flush() {
	p.t.Helper()
	p.send("PING\r\n")
	p.expect("PONG")
}

// order has an actor misbehave, and does not wait until it has.
func order(b *actors.Broker, path, fault string) {
	b.System().Root.Send(b.System().NewLocalPID("troupe/"+path), &lab.Order{Kind: fault})
}
