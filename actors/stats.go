package actors

import (
	"sync/atomic"
	"time"
)

// connectionStats is what one connection has done. Its actor owns it.
type connectionStats struct {
	inMessages, outMessages uint64
	inBytes, outBytes       uint64
	last                    time.Time // when the client was heard last
}

// counters is what the whole broker has done. Connections add to it batch by
// batch, never message by message.
type counters struct {
	cid         atomic.Uint64
	connections atomic.Int64
	guests      atomic.Int64 // of them, clients from outside that there was room for
	total       atomic.Uint64

	traffic
	internal traffic // how much of that is not the clients'

	routed     atomic.Uint64 // messages that somebody got
	noInterest atomic.Uint64 // messages that nobody got
	refused    atomic.Uint64 // messages that were not carried out
	delivered  atomic.Uint64 // message copies sent to a target
	written    atomic.Uint64 // of these copies, those that a transport took
	dropped    drops         // of these copies, those that were discarded

	subscriptions atomic.Int64
	subscribed    atomic.Uint64 // since the start

	slowConsumers atomic.Uint64
	stale         atomic.Uint64
}

// enter gives a client from outside a place, if there is one.
func (c *counters) enter(most int) bool {
	for {
		n := c.guests.Load()
		if n >= int64(most) {
			return false
		}
		if c.guests.CompareAndSwap(n, n+1) {
			return true
		}
	}
}

// traffic is messages, from clients and to clients.
type traffic struct {
	inMessages, outMessages atomic.Uint64
	inBytes, outBytes       atomic.Uint64
}

// countIn counts messages that the client published.
func (c *connection) countIn(run []entry) {
	bytes := 0
	for i := range run {
		bytes += int(run[i].body.Len)
	}
	c.stats.inMessages += uint64(len(run))
	c.stats.inBytes += uint64(bytes)
	c.tally.in += uint64(len(run))
	c.tally.inBytes += uint64(bytes)
}

// countDelivered counts copies that this client's messages were sent as.
func (c *connection) countDelivered(copies int) { c.tally.copies += uint64(copies) }

// countRouted counts messages that somebody got.
func (c *connection) countRouted(n int) { c.tally.routed += uint64(n) }

// countRefused counts messages that were answered with an error instead.
func (c *connection) countRefused(n int) { c.tally.refused += uint64(n) }

// countNoInterest counts messages that nobody got.
func (c *connection) countNoInterest(n int) { c.tally.noInterest += uint64(n) }

// countOut counts messages on their way to this client.
func (c *connection) countOut(d *deliver) { c.countSent(d.messages, d.payload) }

// countOwn counts a message that this client sent to itself.
func (c *connection) countOwn(e *entry) {
	c.tally.posted++
	c.countSent(1, int(e.body.Len))
}

func (c *connection) countSent(messages, payload int) {
	c.stats.outMessages += uint64(messages)
	c.stats.outBytes += uint64(payload)
	c.tally.out += uint64(messages)
	c.tally.outB += uint64(payload)
}
