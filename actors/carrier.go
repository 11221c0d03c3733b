package actors

import (
	"net"
	"os"
	"sync/atomic"
	"time"
)

// carrier is the socket below TLS or WebSocket. These take a write that ran out
// of time for the end, so the carrier is who looks for progress: a write deadline
// is how long nothing may move. While a handshake is under way it computes only
// in turn with others, and waits for its client outside of that turn, so that
// those who keep the broker waiting keep nobody else.
type carrier struct {
	net.Conn
	patience atomic.Int64 // nanoseconds that a write may make no progress
	closing  atomic.Bool  // its deadline is final

	gone func() // told when it closes; may be nil, and be called again

	desk  desk
	until time.Time // when the handshake must be over
	busy  atomic.Bool
	held  atomic.Bool // it has a place at the desk
}

// desk is where handshakes compute: as many at a time as it has places.
type desk chan struct{}

func newCarrier(nc net.Conn) *carrier { return &carrier{Conn: nc} }

// begin makes what follows a handshake that ends in time.
func (c *carrier) begin(d desk, until time.Time) error {
	c.desk, c.until = d, until
	c.busy.Store(true)
	return c.Conn.SetDeadline(until)
}

// done ends the handshake.
func (c *carrier) done() error {
	if !c.busy.Swap(false) {
		return nil
	}
	c.leave()
	return c.Conn.SetDeadline(time.Time{})
}

// enter waits for a place at the desk.
func (c *carrier) enter() error {
	if !c.busy.Load() || c.held.Load() {
		return nil
	}
	select {
	case c.desk <- struct{}{}:
	default:
		late := time.NewTimer(time.Until(c.until))
		defer late.Stop()
		select {
		case c.desk <- struct{}{}:
		case <-late.C:
			return os.ErrDeadlineExceeded
		}
	}
	c.held.Store(true)
	return nil
}

func (c *carrier) leave() {
	if c.held.CompareAndSwap(true, false) {
		<-c.desk
	}
}

func (c *carrier) Read(p []byte) (int, error) {
	if !c.busy.Load() {
		return c.Conn.Read(p)
	}
	c.leave()
	n, err := c.Conn.Read(p)
	if err != nil {
		return n, err
	}
	return n, c.enter()
}

// Write fails when nothing moves for as long as the deadline was ahead when it
// was set.
func (c *carrier) Write(p []byte) (int, error) {
	if c.busy.Load() {
		c.leave()
		n, err := c.Conn.Write(p)
		if err != nil {
			return n, err
		}
		return n, c.enter()
	}
	done := 0
	for {
		if d := c.patience.Load(); d != 0 && !c.closing.Load() {
			if err := c.Conn.SetWriteDeadline(time.Now().Add(time.Duration(d))); err != nil {
				return done, err
			}
		}
		n, err := c.Conn.Write(p[done:])
		done += n
		if err == nil || n == 0 || !isTimeout(err) || c.closing.Load() {
			return done, err
		}
	}
}

// SetWriteDeadline notes how much time there is.
func (c *carrier) SetWriteDeadline(at time.Time) error {
	if c.busy.Load() || c.closing.Load() {
		return nil // there is a deadline
	}
	if at.IsZero() {
		c.patience.Store(0)
		return c.Conn.SetWriteDeadline(at)
	}
	c.patience.Store(max(int64(time.Until(at)), 1))
	return nil
}

// SetReadDeadline leaves that of a handshake alone.
func (c *carrier) SetReadDeadline(at time.Time) error {
	if c.busy.Load() || c.closing.Load() {
		return nil
	}
	return c.Conn.SetReadDeadline(at)
}

// SetDeadline is both.
func (c *carrier) SetDeadline(at time.Time) error {
	if err := c.SetReadDeadline(at); err != nil {
		return err
	}
	return c.SetWriteDeadline(at)
}

// finish gives the rest of the connection's life a limit that nobody extends.
func (c *carrier) finish(d time.Duration) {
	c.closing.Store(true)
	_ = c.Conn.SetDeadline(time.Now().Add(d)) // it fails if the socket is closed already
}

// Close gives the place at the desk up too.
func (c *carrier) Close() error {
	err := c.Conn.Close()
	if c.gone != nil {
		c.gone()
	}
	c.busy.Store(false)
	c.leave()
	return err
}
