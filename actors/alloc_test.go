package actors

import (
	"fmt"
	"strings"
	"testing"

	"github.com/asynkron/protoactor-go/actor"
	"github.com/stretchr/testify/assert"
)

// bench is a connection without a transport, and others that throw away what
// they get: what happens between a read and the writes, and nothing else.
type bench struct {
	c    *connection
	text []byte
	got  int // messages
}

// sink takes deliveries for one target.
func (b *bench) sink(ctx actor.Context) {
	if d, ok := ctx.Message().(*deliver); ok {
		b.got += d.messages
		d.recycle()
	}
}

func newBench(tb testing.TB, subscribers int, text string) *bench {
	tb.Helper()
	h := startBroker(tb, Config{Partitions: 2}).hub
	b := &bench{c: newConnection(h, nil, 1000, nil, h.newDoor(kindNATS, nil)), text: []byte(text)}
	b.c.options.Verbose, b.c.options.Pedantic = false, false
	for i := range subscribers {
		pid := h.system.Root.Spawn(actor.PropsFromFunc(b.sink, ownMailbox()...))
		other := newConnection(h, nil, uint64(2000+i), nil, h.newDoor(kindNATS, nil))
		other.to.pid, other.options.Verbose = pid, false
		b.feed(other, []byte("SUB foo.bar 1\r\n"))
	}
	return b
}

// feed is one read.
func (b *bench) feed(c *connection, text []byte) {
	copy(c.in.space(), text)
	c.in.w += len(text)
	c.advance()
	<-c.turns
}

func (b *bench) run() { b.feed(b.c, b.text) }

// TestAllocations: a message costs no memory, however many get it.
func TestAllocations(t *testing.T) {
	if raced {
		t.Skip("the race detector allocates")
	}
	one := "PUB foo.bar 16\r\n0123456789abcdef\r\n"
	for _, tt := range []struct {
		text        string
		times       int
		subscribers int
	}{
		{one, 1, 0},
		{one, 1, 1},
		{one, 1, 10},
		{one, 100, 1},
		{one, 100, 10},
		{"PUB foo.bar reply.to 5\r\nhello\r\nPUB foo.other 2\r\nhi\r\n", 20, 10},
		{"pub  foo.bar   2\nhi\r\n", 20, 1},
	} {
		t.Run(fmt.Sprintf("%dx%d", tt.times, tt.subscribers), func(t *testing.T) {
			b := newBench(t, tt.subscribers, strings.Repeat(tt.text, tt.times))
			b.run()
			if tt.subscribers > 0 {
				assert.Positive(t, b.got)
			}
			assert.Zero(t, testing.AllocsPerRun(200, b.run))
		})
	}
}
