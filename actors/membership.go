package actors

import (
	"cmp"
	"context"
	"slices"

	"github.com/troupe-mq/troupe/actors/access"
)

// This file is the connection as a member of an account.

// index is the number of the account's index. Who is in no account, because it
// has not said who it is, is looked for in the global one.
func (a *account) index() int {
	if a == nil {
		return globalNumber
	}
	return a.number
}

// counts reports whether the account counts what its connections do. The global
// one does not: see accountCounters.
func (a *account) counts() bool { return a != nil && a.number != globalNumber }

// enter reports whether one more connection may be in the account, and counts it.
func (a *account) enter() bool {
	n := a.connections.Add(1)
	if most := a.limits.MaxConnections; most != 0 && n > int64(max(most, 0)) {
		a.connections.Add(-1)
		return false
	}
	a.total.Add(1)
	return true
}

// yield reports whether there are more connections in the account than there may
// be, now that it is configured otherwise, and counts one less then.
func (a *account) yield() bool {
	most := a.limits.MaxConnections
	for most != 0 {
		n := a.connections.Load()
		if n <= int64(max(most, 0)) {
			return false
		}
		if a.connections.CompareAndSwap(n, n-1) {
			return true
		}
	}
	return false
}

// join makes the connection a member of the account that somebody is in. What it
// has subscribed to elsewhere is over; results that are on their way still point
// to the target that it was. It reports false, and the connection is where it was,
// if the account is full or gone.
func (c *connection) join(who *access.Identity) bool {
	a, before := c.under.accounts.named(who.Account), c.to.account
	if a != nil && before != nil && a.number == before.number {
		return true
	}
	if a == nil || !c.internal && !a.enter() {
		return false
	}
	if before != nil {
		c.settle()
		c.part()
		c.to = &target{id: c.cid, pid: c.to.pid, wantsOrigin: c.to.wantsOrigin}
	}
	c.to.account, c.world = a, a
	return true
}

// renew takes over what has changed about the client's account.
func (c *connection) renew() {
	before := c.world
	if before == nil {
		return
	}
	c.world = cmp.Or(c.under.accounts.named(before.name), before)
	if !slices.EqualFunc(before.streams, c.world.streams, streamImport.same) {
		c.recastShadows()
	}
}

// part takes the connection off the count of its account.
func (c *connection) part() {
	if a := c.to.account; a != nil && !c.internal && !c.yielded {
		a.connections.Add(-1)
	}
}

// yields gives the connection's place in its account up, if that is too full.
func (c *connection) yields() bool {
	c.yielded = !c.internal && c.world.yield()
	return c.yielded
}

// accountName is the account that the client is in, empty if it has not come in.
func (c *connection) accountName() string {
	if c.to.account == nil {
		return ""
	}
	return c.to.account.name
}

// maxPayload is the largest payload in the account.
func (a *account) maxPayload(everybody int) int {
	if a == nil {
		return everybody
	}
	return least(a.limits.MaxPayload, everybody)
}

// maxSubscriptions is how many subscriptions one of its connections may have; 0 is
// no limit.
func (a *account) maxSubscriptions(everybody int) int {
	if a == nil {
		return everybody
	}
	return least(a.limits.MaxSubscriptions, everybody)
}

// least is the lower of two limits, of which 0 is none.
func least(a, b int) int {
	if a == 0 || b == 0 {
		return a + b
	}
	return min(a, b)
}

// AccountReport is what there is to know about an account.
type AccountReport struct {
	Name             string
	System           bool
	Connections      int
	TotalConnections uint64 // since the start
	Subscriptions    int

	InMessages, OutMessages uint64 // from clients, to clients
	InBytes, OutBytes       uint64 // of payload
	SlowConsumers           uint64

	Exports []access.Export
	Imports []access.Import
}

// Accounts reports every account, the global one first. It asks no actor.
func (b *Broker) Accounts() []AccountReport {
	h := b.hub
	all := h.accounts().all
	out := make([]AccountReport, len(all))
	rest := b.Stats()
	for i, a := range all {
		out[i] = a.report()
		if a.counts() {
			rest.InMessages, rest.OutMessages = rest.InMessages-out[i].InMessages, rest.OutMessages-out[i].OutMessages
			rest.InBytes, rest.OutBytes = rest.InBytes-out[i].InBytes, rest.OutBytes-out[i].OutBytes
			rest.Subscriptions -= out[i].Subscriptions
		}
	}
	global := &out[0]
	global.InMessages, global.OutMessages = notNegative(rest.InMessages), notNegative(rest.OutMessages)
	global.InBytes, global.OutBytes = notNegative(rest.InBytes), notNegative(rest.OutBytes)
	global.Subscriptions = max(rest.Subscriptions, 0)
	return out
}

// notNegative is a difference of counters that were read one after the other.
func notNegative(n uint64) uint64 { return uint64(max(int64(n), 0)) }

// HasUsers reports whether somebody may log in to the account.
func (b *Broker) HasUsers(account string) bool {
	a := b.hub.accounts().named(account)
	return a != nil && a.inhabited
}

// PartitionsOf reports the partitions' indexes of one account.
func (b *Broker) PartitionsOf(ctx context.Context, account string) ([]PartitionReport, error) {
	a := b.hub.accounts().named(account)
	if a == nil {
		return nil, ErrNoAccount
	}
	return b.takeStock(ctx, takeStock{account: a.number})
}

func (a *account) report() AccountReport {
	return AccountReport{
		Name: a.name, System: a.system,
		Connections: int(max(a.connections.Load(), 0)), TotalConnections: a.total.Load(),
		Subscriptions: int(max(a.subscriptions.Load(), 0)),
		InMessages:    a.inMessages.Load(), InBytes: a.inBytes.Load(),
		OutMessages: a.outMessages.Load(), OutBytes: a.outBytes.Load(),
		SlowConsumers: a.slowConsumers.Load(),
		Exports:       a.exports, Imports: a.imports,
	}
}
