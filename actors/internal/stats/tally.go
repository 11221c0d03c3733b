package stats

import (
	"time"

	"github.com/troupe-mq/troupe/actors/report"
)

// Connection is what one connection has done. Its actor owns it.
type Connection struct {
	InMessages, OutMessages uint64
	InBytes, OutBytes       uint64
	Last                    time.Time // when the client was heard last

	Tally tally
}

// tally is what a connection has counted since it last settled with the broker's
// counters: plain additions, so that a message costs no atomic one.
type tally struct {
	in, inBytes, routed, noInterest, refused uint64

	copies   uint64 // made
	Posted   uint64 // of them: handed to their target
	out      uint64
	outBytes uint64

	subscribed uint64 // SUBs accepted
	subs       int    // how many of this connection's the broker's counter holds
}

// CountIn counts messages that the client published.
func (c *Connection) CountIn(messages, bytes int) {
	c.InMessages += uint64(messages)
	c.InBytes += uint64(bytes)
	c.Tally.in += uint64(messages)
	c.Tally.inBytes += uint64(bytes)
}

// CountOut counts messages on their way to the client.
func (c *Connection) CountOut(messages, bytes int) {
	c.OutMessages += uint64(messages)
	c.OutBytes += uint64(bytes)
	c.Tally.out += uint64(messages)
	c.Tally.outBytes += uint64(bytes)
}

// CountCopies counts copies that the client's messages were sent as.
func (c *Connection) CountCopies(copies int) { c.Tally.copies += uint64(copies) }

// CountPosted counts those of them that were handed to their target.
func (c *Connection) CountPosted(copies int) { c.Tally.Posted += uint64(copies) }

// CountRouted counts messages that somebody got.
func (c *Connection) CountRouted(n int) { c.Tally.routed += uint64(n) }

// CountRefused counts messages that were answered with an error instead.
func (c *Connection) CountRefused(n int) { c.Tally.refused += uint64(n) }

// CountNoInterest counts messages that nobody got.
func (c *Connection) CountNoInterest(n int) { c.Tally.noInterest += uint64(n) }

// CountSubscribed counts a SUB that was accepted.
func (c *Connection) CountSubscribed() { c.Tally.subscribed++ }

// Role is what is behind a connection.
type Role uint8

// The roles.
const (
	Client   Role = iota
	Internal      // a part of the broker
	Server        // another server, on a link
)

// Settle brings the broker's counters up to date. It is called once for a commit
// and once when the mailbox has drained. subs is how many subscriptions the
// connection has; a is its account's, nil if that does not count.
func (c *Connection) Settle(to *Counters, a *AccountCounters, subs int, who Role) {
	t := &c.Tally
	begun := t.in - (t.routed + t.noInterest + t.refused)
	t.in -= begun // what a commit is in the middle of counts when it is done
	if a != nil && who != Internal {
		a.add(t)
		if who == Server {
			a.Servers.add(t)
		}
		if subs != t.subs {
			a.Subscriptions.Add(int64(subs - t.subs))
		}
	}
	if t.in > 0 || t.out > 0 || t.copies > 0 {
		to.add(t)
		add(&to.routed, t.routed)
		add(&to.noInterest, t.noInterest)
		add(&to.refused, t.refused)
		add(&to.delivered, t.copies)
	}
	add(&to.Subscribed, t.subscribed)
	switch who {
	case Internal:
		to.Internal.add(t) // the ledger is whole with it, and no client has done it
	case Server:
		to.Servers.add(t)
	case Client:
	}
	if subs != t.subs {
		to.Subscriptions.Add(int64(subs - t.subs))
	}
	*t = tally{subs: subs, in: begun}
}

// SettleCrashed is the last settling of a connection, whose commit a crash may have
// cut short: what was not carried out is refused, what was not posted is dropped.
func (c *Connection) SettleCrashed(to *Counters, why report.CloseReason) {
	t := &c.Tally
	if handled := t.routed + t.noInterest + t.refused; handled < t.in {
		t.refused += t.in - handled
	}
	if t.Posted < t.copies {
		to.Drop(why, int(t.copies-t.Posted))
	}
}

func (c *traffic) add(t *tally) {
	add(&c.InMessages, t.in)
	add(&c.InBytes, t.inBytes)
	add(&c.OutMessages, t.out)
	add(&c.OutBytes, t.outBytes)
}
