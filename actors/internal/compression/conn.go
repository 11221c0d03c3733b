package compression

import (
	"io"
	"net"
	"sync/atomic"
	"time"

	"github.com/klauspost/compress/s2"

	"github.com/troupe-mq/troupe/actors/internal/steps"
)

// Conn is a connection whose bytes are compressed in both directions. One goroutine at a time may write, and one may read.
type Conn struct {
	net.Conn
	from *s2.Reader
	low  *source // of from
	to   *s2.Writer
	mode Mode // of to
	next atomic.Pointer[Mode]
	suit Thresholds // nil unless the round trip says how
}

const (
	// largestBlock is the largest that S2 has: what comes is decompressed a block at a time.
	largestBlock = 4 << 20
	// firstBlock is what the reader begins with, and ourBlock what is compressed at a time.
	firstBlock = 64 << 10
	ourBlock   = 128 << 10
)

// New compresses what goes over a connection.
func New(nc net.Conn, t Terms) *Conn {
	c := &Conn{Conn: nc, suit: t.Thresholds, low: &source{from: nc}}
	c.from = s2.NewReader(c.low, s2.ReaderMaxBlockSize(largestBlock), s2.ReaderAllocBlock(firstBlock))
	c.SetMode(t.Mode)
	c.begin(t.Mode)
	return c
}

// begin begins a stream. Another one may follow where it ends.
func (c *Conn) begin(m Mode) {
	o := []s2.WriterOption{s2.WriterConcurrency(1), s2.WriterBlockSize(ourBlock)}
	switch m {
	case Uncompressed:
		o = append(o, s2.WriterUncompressed())
	case Better:
		o = append(o, s2.WriterBetterCompression())
	case Best:
		o = append(o, s2.WriterBestCompression())
	default:
	}
	c.to, c.mode = s2.NewWriter(c.Conn, o...), m
}

// SetMode has what is written from now on be compressed in another way.
func (c *Conn) SetMode(m Mode) { c.next.Store(&m) }

// Suit has what is written from now on be compressed as a round trip suggests, if that is to decide.
func (c *Conn) Suit(rtt time.Duration) {
	if c.suit != nil {
		c.SetMode(c.suit.Of(rtt))
	}
}

// Mode is how it is compressed.
func (c *Conn) Mode() Mode { return *c.next.Load() }

// Read reads what the other has written. What is no S2 is an error, for good.
func (c *Conn) Read(p []byte) (int, error) {
	c.low.reads = 0
	return c.from.Read(p)
}

// source is what is decompressed. There may be blocks that are empty, or to be passed over, without end, so others have their turn after
// a few reads that have brought nothing yet.
type source struct {
	from  io.Reader
	reads int
}

// readsAtOnce is how many reads that is: a block takes two or three.
const readsAtOnce = 16

func (s *source) Read(p []byte) (int, error) {
	if s.reads++; s.reads%readsAtOnce == 0 {
		steps.Yield()
	}
	return s.from.Read(p)
}

// Write writes all of p. A write that ends too soon is the last.
func (c *Conn) Write(p []byte) (int, error) {
	if m := c.Mode(); m != c.mode {
		if err := c.to.Close(); err != nil {
			return 0, err
		}
		c.begin(m)
	}
	if _, err := c.to.Write(p); err != nil {
		return 0, err
	}
	if err := c.to.Flush(); err != nil {
		return 0, err
	}
	return len(p), nil
}

// CloseWrite tells the other that nothing more will come, where the connection below can.
func (c *Conn) CloseWrite() error {
	if h, ok := c.Conn.(interface{ CloseWrite() error }); ok {
		return h.CloseWrite()
	}
	return c.Close()
}
