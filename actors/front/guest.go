package front

import (
	"crypto/tls"
	"net"
	"net/netip"
	"time"
)

// guest is a connection. It gives its place back when it closes.
type guest struct {
	net.Conn
	crowd *crowd
	from  netip.Addr

	// Only net/http's goroutine looks at these.
	bounded  bool      // its socket's buffers are
	answered time.Time // when its last answer was made

	// Both belong to the crowd.
	asking bool      // it has asked for something, and does not have all of it
	since  time.Time // when it did anything last: it came, asked, or took some of its answer
}

// grace is how long everybody may do nothing. A request is on its way for less
// than that.
const grace = time.Second

// deservesLess reports whether g is to leave rather than another. Who asks for
// nothing is closed first, since that costs it least; then who has stood still
// longest, whatever it does.
func (g *guest) deservesLess(than *guest, now time.Time) bool {
	if idle := g.idle(now); idle != than.idle(now) {
		return idle
	}
	return g.since.Before(than.since)
}

func (g *guest) idle(now time.Time) bool { return !g.asking && now.Sub(g.since) >= grace }

// stride is how many bytes a client has to take at a time. They are what it is
// measured by.
const stride = 16 << 10

// Write fails if the client takes less than a stride for too long.
func (g *guest) Write(b []byte) (written int, err error) {
	for len(b) > 0 && err == nil {
		_ = g.SetWriteDeadline(time.Now().Add(g.crowd.limits.patience)) // if this fails, so does the write
		n := 0
		n, err = g.Conn.Write(b[:min(len(b), stride)])
		written, b = written+n, b[n:]
		g.crowd.progressed(g)
	}
	return written, err
}

// Close gives the place back.
func (g *guest) Close() error {
	g.crowd.leave(g)
	return g.Conn.Close()
}

// turnOut closes the connection for the sake of others. What it has not taken is
// forgotten, by the kernel too.
func (g *guest) turnOut() {
	if tcp, ok := g.Conn.(*net.TCPConn); ok && g.forgets() {
		_ = tcp.SetLinger(0) // else the kernel keeps it for minutes
	}
	_ = g.Close() // it may have closed by itself
}

// forgets reports whether there may be bytes that it has not taken.
func (g *guest) forgets() bool {
	g.crowd.mu.Lock()
	defer g.crowd.mu.Unlock()
	return g.asking
}

// guestOf is the guest whose connection net/http speaks of.
func guestOf(nc net.Conn) *guest {
	if t, ok := nc.(*tls.Conn); ok {
		nc = t.NetConn()
	}
	g, _ := nc.(*guest)
	return g
}

// socketBuffer is how many bytes the kernel keeps for one connection in each
// direction: else it lets them grow to megabytes for who does not read. That is
// set at the first request, since those who only come and go should cost little.
const socketBuffer = 64 << 10

func boundBuffers(nc net.Conn) {
	if tcp, ok := nc.(*net.TCPConn); ok { // a socket that refuses has the system's buffers, which are bounded too
		_ = tcp.SetReadBuffer(socketBuffer)
		_ = tcp.SetWriteBuffer(socketBuffer)
	}
}
