package actors_test

import (
	"bytes"
	"io"
	"net"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/troupe-mq/troupe/actors/config"

	"github.com/hashicorp/go-hclog"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/troupe-mq/troupe/actors"
	"github.com/troupe-mq/troupe/actors/actorstest"
	"github.com/troupe-mq/troupe/actors/report"
)

// journal is a logger that keeps its lines.
type journal struct {
	mu    sync.Mutex
	lines bytes.Buffer
}

func (j *journal) Write(p []byte) (int, error) {
	j.mu.Lock()
	defer j.mu.Unlock()
	return j.lines.Write(p)
}

func (j *journal) String() string {
	j.mu.Lock()
	defer j.mu.Unlock()
	return j.lines.String()
}

func (j *journal) logger() hclog.Logger {
	return hclog.New(&hclog.LoggerOptions{Output: j, Level: hclog.Warn})
}

// deaf connects a client that subscribes to foo, and reads nothing from then on.
func deaf(t *testing.T, b *actorstest.Broker) net.Conn {
	t.Helper()
	nc, err := b.InProcessConn()
	require.NoError(t, err)
	t.Cleanup(func() { nc.Close() })
	_, err = nc.Read(make([]byte, 4096)) // INFO
	require.NoError(t, err)
	_, err = nc.Write([]byte("CONNECT {\"verbose\":false}\r\nSUB foo 1\r\n"))
	require.NoError(t, err)
	synctest.Wait()
	return nc
}

func connections(t *testing.T, b *actorstest.Broker) (n int) {
	t.Helper()
	tree, err := b.Tree(100)
	require.NoError(t, err)
	for _, child := range tree.Children {
		if child.Name == "connections" {
			n = len(child.Children)
		}
	}
	return n
}

func TestSlowConsumerMissesItsDeadline(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var log journal
		b := actorstest.Start(t, actors.Config{Logger: log.logger()})
		p := b.Client(t)
		deaf(t, b)
		p.Send("PUB foo 5", "hello")
		p.Expect("+OK")
		actorstest.Advance(t, config.DefaultWriteDeadline-time.Millisecond)
		assert.Equal(t, 2, connections(t, b))
		assert.Empty(t, log.String())
		actorstest.Advance(t, 2*time.Millisecond)
		assert.Contains(t, log.String(), string(report.SlowConsumerWriteDeadline))
		actorstest.Advance(t, time.Second)
		assert.Equal(t, 1, connections(t, b))
		p.Fence()
	})
}

// TestSlowReaderIsNoSlowConsumer: a write may take for ever, as long as there is
// progress within each deadline.
func TestSlowReaderIsNoSlowConsumer(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var log journal
		b := actorstest.Start(t, actors.Config{Logger: log.logger(), PingInterval: 24 * time.Hour})
		p := b.Client(t)
		nc := deaf(t, b)
		p.Send("PUB foo 5", "hello")
		p.Expect("+OK")
		var got strings.Builder
		for range len("MSG foo 1 5\r\nhello\r\n") {
			actorstest.Advance(t, config.DefaultWriteDeadline-time.Second)
			var one [1]byte
			_, err := nc.Read(one[:])
			require.NoError(t, err)
			got.Write(one[:])
		}
		assert.Equal(t, "MSG foo 1 5\r\nhello\r\n", got.String())
		assert.Empty(t, log.String())
	})
}

func TestSlowConsumerExceedsMaxPending(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var log journal
		b := actorstest.Start(t, actors.Config{Logger: log.logger(), MaxPayload: 1000, MaxPending: 4000})
		p, healthy := b.Client(t), b.Client(t)
		p.Send(`CONNECT {"verbose":false}`)
		healthy.Send("SUB foo 1")
		healthy.Expect("+OK")
		deaf(t, b)
		start := time.Now()
		payload := strings.Repeat("x", 1000)
		for range 3 {
			p.Send("PUB foo 1000", payload)
			healthy.Expect("MSG foo 1 1000", payload)
		}
		assert.NotContains(t, log.String(), "Slow Consumer Detected")
		assert.Equal(t, 3, connections(t, b))
		p.Send("PUB foo 1000", payload)
		healthy.Expect("MSG foo 1 1000", payload)
		assert.Contains(t, log.String(), string(report.SlowConsumerPendingBytes))
		assert.Equal(t, start, time.Now(), "at once, not at the deadline")
		actorstest.Advance(t, time.Second)
		assert.Equal(t, 2, connections(t, b))
		p.Send("PUB foo 1", "y")
		healthy.Expect("MSG foo 1 1", "y")
	})
}

// TestFinalErrorComesBehindTheMessage: who is evicted while a message is on its way
// gets the rest of it, if it reads at last, and then learns why.
func TestFinalErrorComesBehindTheMessage(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := actorstest.Start(t, actors.Config{MaxPayload: 1000, MaxPending: 2000})
		p := b.Client(t)
		p.Send(`CONNECT {"verbose":false}`)
		nc := deaf(t, b)
		payload := strings.Repeat("x", 1000)
		for range 3 {
			p.Send("PUB foo 1000", payload)
		}
		got, _ := io.ReadAll(nc)
		assert.Equal(t, "MSG foo 1 1000\r\n"+payload+"\r\n-ERR 'Slow Consumer'\r\n", string(got))
	})
}

// TestFinalErrorIsNoPartOfAMessage: where a message was cut off, an error line
// would be taken for its end.
func TestFinalErrorIsNoPartOfAMessage(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := actorstest.Start(t, actors.Config{})
		p := b.Client(t)
		nc := deaf(t, b)
		p.Send("PUB foo 5", "hello")
		p.Expect("+OK")
		begun := make([]byte, 10)
		_, err := io.ReadFull(nc, begun)
		require.NoError(t, err)
		actorstest.Advance(t, 2*config.DefaultWriteDeadline+time.Millisecond)
		got, _ := io.ReadAll(nc)
		assert.Equal(t, "MSG foo 1 ", string(begun)+string(got))
	})
}
