package transport

import (
	"net"
	"sync/atomic"
	"time"
)

// ProgressConn is the socket below TLS or WebSocket. These take a write that ran out
// of time for the end, so it is here that progress is looked for: a write deadline
// is how long nothing may move. While a handshake is under way it computes only
// in turn with others, and waits for its client outside of that turn, so that
// those who keep the broker waiting keep nobody else.
type ProgressConn struct {
	net.Conn
	patience atomic.Int64 // nanoseconds that a write may make no progress
	closing  atomic.Bool  // its deadline is final

	Gone  func() // told when it closes; may be nil, and be called again
	Place *Place // in a lobby, told of progress; may be nil

	waited bool // a read has waited since that was last asked; the reader's alone

	slots *HandshakeSlots
	until time.Time // when the handshake must be over
	busy  atomic.Bool
	held  atomic.Bool // it has a place
}

// NewProgressConn looks for the progress of nc.
func NewProgressConn(nc net.Conn) *ProgressConn { return &ProgressConn{Conn: nc} }

// Begin makes what follows a handshake that ends in time.
func (c *ProgressConn) Begin(d *HandshakeSlots, until time.Time) error {
	c.slots, c.until = d, until
	c.busy.Store(true)
	return c.Conn.SetDeadline(until)
}

// Done ends the handshake.
func (c *ProgressConn) Done() error {
	if !c.busy.Swap(false) {
		return nil
	}
	c.leaveSlot()
	return c.Conn.SetDeadline(time.Time{})
}

// enterSlot waits for a place.
func (c *ProgressConn) enterSlot() error {
	if !c.busy.Load() || c.held.Load() {
		return nil
	}
	err := c.slots.Enter(c.Conn, c.until, c.Place.Given())
	if err == nil {
		c.held.Store(true)
	}
	return err
}

func (c *ProgressConn) leaveSlot() {
	if c.held.CompareAndSwap(true, false) {
		c.slots.Leave()
	}
}

func (c *ProgressConn) Read(p []byte) (int, error) {
	if !c.busy.Load() {
		began := time.Now()
		n, err := c.Conn.Read(p)
		c.waited = c.waited || time.Since(began) > prompt
		c.Place.Progress()
		return n, err
	}
	c.leaveSlot()
	n, err := c.Conn.Read(p)
	if err != nil {
		return n, err
	}
	c.Place.Progress()
	return n, c.enterSlot()
}

// prompt is how long a read of a socket takes, at most, that does not wait.
const prompt = 20 * time.Microsecond

// hasWaited reports whether what is behind the socket has come since it was last asked, or was there.
func (c *ProgressConn) hasWaited() (waited bool) {
	waited, c.waited = c.waited, false
	return waited
}

// Write fails when nothing moves for as long as the deadline was ahead when it
// was set.
func (c *ProgressConn) Write(p []byte) (int, error) {
	if c.busy.Load() {
		c.leaveSlot()
		n, err := c.Conn.Write(p)
		if err != nil {
			return n, err
		}
		return n, c.enterSlot()
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
		if err == nil || n == 0 || !IsTimeout(err) || c.closing.Load() {
			return done, err
		}
	}
}

// SetWriteDeadline notes how much time there is.
func (c *ProgressConn) SetWriteDeadline(at time.Time) error {
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
func (c *ProgressConn) SetReadDeadline(at time.Time) error {
	if c.busy.Load() || c.closing.Load() {
		return nil
	}
	return c.Conn.SetReadDeadline(at)
}

// SetDeadline is both.
func (c *ProgressConn) SetDeadline(at time.Time) error {
	if err := c.SetReadDeadline(at); err != nil {
		return err
	}
	return c.SetWriteDeadline(at)
}

// finish gives the rest of the connection's life a limit that nobody extends.
func (c *ProgressConn) finish(d time.Duration) {
	c.closing.Store(true)
	_ = c.Conn.SetDeadline(time.Now().Add(d)) // it fails if the socket is closed already
}

// Close gives its place up too.
func (c *ProgressConn) Close() error {
	err := c.Conn.Close()
	if c.Gone != nil {
		c.Gone()
	}
	c.busy.Store(false)
	c.leaveSlot()
	return err
}
