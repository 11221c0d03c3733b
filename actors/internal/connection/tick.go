package connection

import (
	"cmp"
	"time"

	"github.com/troupe-mq/troupe/actors/internal/keepalive"
	"github.com/troupe-mq/troupe/actors/internal/peer"
	"github.com/troupe-mq/troupe/actors/internal/transport"
	"github.com/troupe-mq/troupe/wire"
)

// This file is the connection's timer. Package keepalive decides, here is what is
// done about it.

// startClock arms the timer for what comes first.
func (c *connection) startClock() {
	d := c.pingInterval()
	switch {
	case c.session.Authorized():
	case c.server != nil:
		d = c.server.Handshake.Timeout
	default:
		d = c.config().AuthTimeout
	}
	h, self := c.Host, c.self()
	c.clock.Start(c.Now(), d, func() { h.Send(self, msgTick) })
}

// pingInterval is the time between PINGs to a client that is silent.
func (c *connection) pingInterval() time.Duration {
	if c.server != nil {
		return cmp.Or(c.server.Ping, peer.PingInterval)
	}
	if c.session.Endpoint.Kind == transport.KindWebSocket {
		return c.config().WebPing
	}
	return c.config().PingInterval
}

// facts is what the clock must know.
func (c *connection) facts() *keepalive.Facts {
	now := c.config()
	f := &keepalive.Facts{
		Connected: c.connected, Authorized: c.session.Authorized(), Started: c.session.Started, Last: c.counts.Last,
		Until: c.session.Identity.Until(), Interval: c.pingInterval(), PingMax: now.PingMax,
	}
	if c.server != nil {
		f.PingMax = peer.PingMax
	}
	return f
}

// ping asks who is on the other side whether he is still there.
func (c *connection) ping() {
	if c.server != nil {
		c.server.asked++
	}
	c.pub.Say(wire.Ping)
}

// tick is told that the timer has run out.
func (c *connection) tick() {
	if c.closing {
		return
	}
	now := c.Now()
	if e := c.session.Expired(now); e != nil {
		c.refuse(e)
		return
	}
	c.session.Tidy(now)
	switch c.clock.Tick(now, c.facts()) {
	case keepalive.Ping:
		c.ping()
	case keepalive.Late:
		c.refuse(wire.ErrAuthTimeout)
	case keepalive.Stale:
		c.Counters.Stale.Add(1)
		c.refuse(wire.ErrStaleConnection)
	case keepalive.Wait:
	}
}
