package actors_test

import (
	"bufio"
	"bytes"
	"encoding/binary"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/troupe-mq/troupe/actors"
	"github.com/troupe-mq/troupe/actors/actorstest"
)

// webClient is a WebSocket client that knows no more than frames.
type webClient struct {
	t  *testing.T
	nc net.Conn
	r  *bufio.Reader
	in []byte // what frames have carried
}

// webClientOf upgrades a connection to a broker, and takes its INFO.
func webClientOf(t *testing.T, b *actorstest.Broker) *webClient {
	t.Helper()
	nc, err := net.Dial("tcp", b.WebSocketAddr().String())
	require.NoError(t, err)
	t.Cleanup(func() { nc.Close() })
	require.NoError(t, nc.SetDeadline(time.Now().Add(time.Minute)))
	_, err = io.WriteString(nc, "GET / HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n")
	require.NoError(t, err)
	c := &webClient{t: t, nc: nc, r: bufio.NewReader(nc)}
	answer, err := http.ReadResponse(c.r, nil)
	require.NoError(t, err)
	require.Equal(t, http.StatusSwitchingProtocols, answer.StatusCode)
	answer.Body.Close()
	c.line()
	return c
}

// webFrame is one frame, with a key that masks nothing, that is said to carry size bytes.
func webFrame(size int, payload string) []byte {
	head := binary.BigEndian.AppendUint64([]byte{0x82, 0x80 | 127}, uint64(size))
	return append(append(head, 0, 0, 0, 0), payload...)
}

func (c *webClient) send(b []byte) {
	c.t.Helper()
	_, err := c.nc.Write(b)
	require.NoError(c.t, err)
}

// line is the next line of what frames carry. The broker's own PING may come at any time, and is none.
func (c *webClient) line() string {
	c.t.Helper()
	for {
		if before, after, found := bytes.Cut(c.in, []byte("\r\n")); found {
			if c.in = after; string(before) != "PING" {
				return string(before)
			}
			continue
		}
		c.frame()
	}
}

// frame reads a frame, and returns its first byte.
func (c *webClient) frame() byte {
	c.t.Helper()
	var head [10]byte
	_, err := io.ReadFull(c.r, head[:2])
	require.NoError(c.t, err)
	size := uint64(head[1])
	switch size {
	case 126:
		_, err = io.ReadFull(c.r, head[2:4])
		size = uint64(binary.BigEndian.Uint16(head[2:]))
	case 127:
		_, err = io.ReadFull(c.r, head[2:])
		size = binary.BigEndian.Uint64(head[2:])
	}
	require.NoError(c.t, err)
	payload := make([]byte, size)
	_, err = io.ReadFull(c.r, payload)
	require.NoError(c.t, err)
	if head[0]&0x0F == 8 {
		payload = payload[2:]
	}
	c.in = append(c.in, payload...)
	return head[0]
}

func webBroker(t *testing.T, config actors.Config) *actorstest.Broker {
	t.Helper()
	config.WebSocket = &actors.WebSocket{Host: "127.0.0.1", Port: -1, NoTLS: true}
	return actorstest.Start(t, config)
}

// TestFrameIsNoMessage: how long a frame is means nothing. Each command in it takes
// effect when it is complete.
func TestFrameIsNoMessage(t *testing.T) {
	b := webBroker(t, actors.Config{MaxPayload: 1 << 20})
	c := webClientOf(t, b)
	one := fmt.Sprintf("PUB big %d\r\n%s\r\n", 1<<20, strings.Repeat("x", 1<<20))
	hello := "CONNECT {\"verbose\":false}\r\nPING\r\n"
	c.send(webFrame(20*len(one)+len(hello), hello))
	assert.Equal(t, "PONG", c.line(), "the frame goes on")
	for range 20 {
		c.send([]byte(one))
	}
	c.send(webFrame(6, "PING\r\n"))
	assert.Equal(t, "PONG", c.line())
	assert.Equal(t, uint64(20), b.Stats().InMessages)
}

// TestLimitsHoldInFrames: what a frame carries is judged as it comes.
func TestLimitsHoldInFrames(t *testing.T) {
	b := webBroker(t, actors.Config{MaxPayload: 1000})
	long := webClientOf(t, b)
	long.send(webFrame(1<<30, "CONNECT {\"verbose\":false}\r\nPUB x 1001\r\n"))
	assert.Equal(t, "-ERR 'Maximum Payload Violation'", long.line())
	for long.frame()&0x0F != 8 {
	}
	assert.Equal(t, "Maximum Message Payload Exceeded", string(long.in))
	endless := webClientOf(t, b)
	endless.send(webFrame(1<<30, "SUB "+strings.Repeat("x", 5000)))
	assert.Equal(t, "-ERR 'maximum control line exceeded'", endless.line())
}

// TestWebSocketGivesWay: the budget holds for what comes in frames, too.
func TestWebSocketGivesWay(t *testing.T) {
	b := webBroker(t, actors.Config{MaxPayload: 1 << 20, InboundBudget: 1 << 20})
	begin := func() *webClient {
		c := webClientOf(t, b)
		before := b.Stats().InboundBytes
		c.send(webFrame(1<<40, "CONNECT {\"verbose\":false}\r\nPUB x 800000\r\n"+strings.Repeat("x", 600_000)))
		eventually(t, "it has come", func() bool { return b.Stats().InboundBytes > max(before, 600_000) || before > 600_000 })
		return c
	}
	stuck := begin()
	newcomer := begin()
	assert.Equal(t, "-ERR 'Stale Connection'", stuck.line())
	newcomer.send([]byte(strings.Repeat("x", 200_000) + "\r\nPING\r\n"))
	assert.Equal(t, "PONG", newcomer.line())
}
