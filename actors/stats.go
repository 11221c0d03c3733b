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
	total       atomic.Uint64

	inMessages, outMessages atomic.Uint64
	inBytes, outBytes       atomic.Uint64

	delivered  atomic.Uint64 // message copies sent to a target
	noInterest atomic.Uint64 // messages that nobody got
	dropped    dropped

	slowConsumers atomic.Uint64
	stale         atomic.Uint64
}

// dropped counts message copies that were sent to a target and not written, by
// reason.
type dropped struct {
	overrun atomic.Uint64 // by the overrun policy
}

// countIn counts messages that the client published.
func (c *connection) countIn(run []entry) {
	bytes := 0
	for i := range run {
		bytes += int(run[i].body.Len)
	}
	c.stats.inMessages += uint64(len(run))
	c.stats.inBytes += uint64(bytes)
	c.counters.inMessages.Add(uint64(len(run)))
	c.counters.inBytes.Add(uint64(bytes))
}

// countDelivered counts copies that this client's messages were sent as.
func (c *connection) countDelivered(copies int) {
	c.counters.delivered.Add(uint64(copies))
}

// countNoInterest counts messages that nobody got.
func (c *connection) countNoInterest(n int) {
	c.counters.noInterest.Add(uint64(n))
}

// countOut counts messages on their way to this client.
func (c *connection) countOut(d *Deliver) { c.countSent(d.messages, d.payload) }

// countOwn counts a message that this client sent to itself.
func (c *connection) countOwn(e *entry) { c.countSent(1, int(e.body.Len)) }

func (c *connection) countSent(messages, payload int) {
	c.stats.outMessages += uint64(messages)
	c.stats.outBytes += uint64(payload)
	c.counters.outMessages.Add(uint64(messages))
	c.counters.outBytes.Add(uint64(payload))
}
