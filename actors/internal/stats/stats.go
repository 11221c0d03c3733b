package stats

import (
	"sync/atomic"

	"github.com/troupe-mq/troupe/actors/report"
)

// Counters is what the whole broker has done. Connections add to it batch by
// batch, never message by message.
type Counters struct {
	Cid         atomic.Uint64
	Connections atomic.Int64
	External    atomic.Int64 // of them, clients from outside that there was room for
	Total       atomic.Uint64

	traffic
	Internal traffic // how much of that is the broker's own
	Servers  traffic // how much of it is that of other servers, on links

	routed     atomic.Uint64 // messages that somebody got
	noInterest atomic.Uint64 // messages that nobody got
	refused    atomic.Uint64 // messages that were not carried out
	delivered  atomic.Uint64 // message copies sent to a target
	written    atomic.Uint64 // of these copies, those that a transport took
	dropped    drops         // of these copies, those that were discarded

	Subscriptions atomic.Int64
	Subscribed    atomic.Uint64 // since the start

	SlowConsumers atomic.Uint64
	Stale         atomic.Uint64
}

// traffic is messages, from clients and to clients.
type traffic struct {
	InMessages, OutMessages atomic.Uint64
	InBytes, OutBytes       atomic.Uint64
}

// AccountCounters is what the connections of one account have done. The global
// account's are what is left of the broker's own counters, so that nothing is
// counted twice where there is no other account.
type AccountCounters struct {
	Connections atomic.Int64 // of clients
	Links       atomic.Int64
	LeafNodes   atomic.Int64  // the links among these whose server is a leaf node of this broker
	Total       atomic.Uint64 // of clients

	traffic
	Servers traffic // how much of that is that of other servers, on links

	Subscriptions atomic.Int64
	SlowConsumers atomic.Uint64
}

// AdmitExternal gives a client from outside a place, if there is one.
func (c *Counters) AdmitExternal(most int) bool {
	for {
		n := c.External.Load()
		if n >= int64(most) {
			return false
		}
		if c.External.CompareAndSwap(n, n+1) {
			return true
		}
	}
}

// CountWritten counts copies that a transport took.
func (c *Counters) CountWritten(copies uint64) { add(&c.written, copies) }

// Drop counts copies that were discarded.
func (c *Counters) Drop(why report.CloseReason, copies int) { c.dropped.add(why, copies) }

func add(counter *atomic.Uint64, n uint64) {
	if n > 0 {
		counter.Add(n)
	}
}
