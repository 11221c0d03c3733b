package front

import (
	"net"
	"net/http"
	"net/netip"
	"runtime"
	"sync"
	"time"
)

// crowd is a listener that lets everybody in. When there are too many, somebody
// has to leave, and it is not the one who has just come.
type crowd struct {
	net.Listener
	limits *limits

	mu     sync.Mutex
	guests map[*guest]struct{}
	from   map[netip.Addr]int // how many each address has
}

func newCrowd(l net.Listener, lim *limits) *crowd {
	return &crowd{Listener: l, limits: lim, guests: make(map[*guest]struct{}), from: make(map[netip.Addr]int)}
}

// Accept lets the next one in.
func (c *crowd) Accept() (net.Conn, error) {
	nc, err := c.Listener.Accept()
	if err != nil {
		return nil, err
	}
	g := &guest{Conn: nc, crowd: c, from: addressOf(nc.RemoteAddr()), since: time.Now()}
	if out := c.enter(g); out != nil {
		out.turnOut()
		runtime.Gosched() // those who have come may ask before they have to leave
	}
	return g, nil
}

// enter counts a guest in. It returns who has to leave for it, if anybody has to:
// that one is counted out already.
func (c *crowd) enter(g *guest) (out *guest) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.guests[g] = struct{}{}
	c.from[g.from]++
	if len(c.guests) <= c.limits.connections {
		return nil
	}
	out = c.leastDeserving(time.Now())
	c.remove(out)
	return out
}

// leastDeserving is one of the address that has most.
func (c *crowd) leastDeserving(now time.Time) (worst *guest) {
	most := 0
	for _, n := range c.from {
		most = max(most, n)
	}
	for g := range c.guests {
		if c.from[g.from] == most && (worst == nil || g.deservesLess(worst, now)) {
			worst = g
		}
	}
	return worst
}

// leave counts a guest out. It may be told twice.
func (c *crowd) leave(g *guest) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.remove(g)
}

func (c *crowd) remove(g *guest) {
	if _, here := c.guests[g]; !here {
		return
	}
	delete(c.guests, g)
	if c.from[g.from]--; c.from[g.from] == 0 {
		delete(c.from, g.from)
	}
}

// changed is told by net/http what a connection does. A request counts when its
// head is there.
func (c *crowd) changed(nc net.Conn, s http.ConnState) {
	g := guestOf(nc)
	if g == nil || s != http.StateActive && s != http.StateIdle {
		return
	}
	if s == http.StateActive && !g.bounded {
		g.bounded = true
		boundBuffers(g.Conn)
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	g.asking, g.since = s == http.StateActive, time.Now()
}

// progressed notes that a guest has taken some of what it is sent.
func (c *crowd) progressed(g *guest) {
	c.mu.Lock()
	defer c.mu.Unlock()
	g.since = time.Now()
}

// AddressOf is the address that a request is counted for; the zero address for
// one that has none.
func AddressOf(r *http.Request) netip.Addr {
	at, err := netip.ParseAddrPort(r.RemoteAddr)
	if err != nil {
		return netip.Addr{}
	}
	return network(at.Addr())
}

func addressOf(a net.Addr) netip.Addr {
	if a, ok := a.(*net.TCPAddr); ok {
		return network(a.AddrPort().Addr())
	}
	return netip.Addr{}
}

// network is an address, or the network of it where one host has a whole one.
func network(ip netip.Addr) netip.Addr {
	ip = ip.Unmap().WithZone("")
	if ip.Is6() {
		network, _ := ip.Prefix(64) // 64 bits are not too many for an IPv6 address
		return network.Addr()
	}
	return ip
}
