package actors

import (
	"strings"
	"sync"
	"sync/atomic"
)

// Ledger says what became of every message that was published. Two sums hold
// when the broker is at rest, and nearly hold while it is not, because the
// numbers are read one after the other:
//
//	In     = Routed + NoInterest + Refused        messages
//	Copies = Delivered + Waiting + all of Dropped copies
//
// Waiting is what the other numbers leave open. A copy that was lost without
// being counted would stay there for ever, which is how such a mistake shows.
type Ledger struct {
	In         uint64            `json:"in"`          // messages published
	Routed     uint64            `json:"routed"`      // of them: at least one copy was made
	NoInterest uint64            `json:"no_interest"` // of them: nobody wanted it
	Refused    uint64            `json:"refused"`     // of them: not permitted, or cut short by a crash
	Copies     uint64            `json:"copies"`      // one for each subscription that a message went to
	Delivered  uint64            `json:"delivered"`   // copies that were written to their client's transport
	Waiting    uint64            `json:"waiting"`     // copies on their way
	Dropped    map[string]uint64 `json:"dropped"`     // copies that were discarded, by reason
}

// dropGone is the reason for what arrives when its connection has just ended.
const dropGone CloseReason = "Gone"

// drops counts discarded copies by reason. Dropping is rare, so it may cost more
// than delivering does.
type drops struct {
	m sync.Map // CloseReason to *atomic.Uint64
}

func (d *drops) add(why CloseReason, copies int) {
	if copies == 0 {
		return
	}
	n, ok := d.m.Load(why)
	if !ok {
		n, _ = d.m.LoadOrStore(why, new(atomic.Uint64))
	}
	n.(*atomic.Uint64).Add(uint64(copies))
}

// byReason is what was dropped, and the sum of it.
func (d *drops) byReason() (map[string]uint64, uint64) {
	out, sum := make(map[string]uint64), uint64(0)
	d.m.Range(func(why, n any) bool {
		copies := n.(*atomic.Uint64).Load()
		out[why.(CloseReason).Key()] += copies
		sum += copies
		return true
	})
	return out, sum
}

// Key is the reason as a name that metrics and JSON readers can take:
// "slow_consumer_pending_bytes".
func (r CloseReason) Key() string {
	words := strings.FieldsFunc(strings.ToLower(string(r)), func(c rune) bool {
		return (c < 'a' || c > 'z') && (c < '0' || c > '9')
	})
	return strings.Join(words, "_")
}

// ledger reads the counters. Later stages are read first: what moves on
// meanwhile is then seen as waiting, and never as more than there was.
func (c *counters) ledger() Ledger {
	var l Ledger
	var dropped uint64
	l.Delivered = c.written.Load()
	l.Dropped, dropped = c.dropped.byReason()
	l.Copies = c.delivered.Load()
	if done := l.Delivered + dropped; done < l.Copies {
		l.Waiting = l.Copies - done
	}
	l.NoInterest, l.Refused, l.Routed = c.noInterest.Load(), c.refused.Load(), c.routed.Load()
	l.In = c.inMessages.Load()
	return l
}

// tally is what a connection has counted since it last settled with the broker's
// counters: plain additions, so that a message costs no atomic one.
type tally struct {
	in, inBytes, routed, noInterest, refused uint64

	copies uint64 // made
	posted uint64 // of them: handed to their target
	out    uint64
	outB   uint64

	subscribed uint64 // SUBs accepted
	subs       int    // how many of this connection's the broker's counter holds
}

// settle brings the broker's counters up to date. It is called once for a commit
// and once when the mailbox has drained.
func (c *connection) settle() {
	t, to := &c.tally, &c.counters
	c.settleAccount()
	if t.in > 0 {
		to.inMessages.Add(t.in)
		to.inBytes.Add(t.inBytes)
		add(&to.routed, t.routed)
		add(&to.noInterest, t.noInterest)
		add(&to.refused, t.refused)
		add(&to.delivered, t.copies)
	}
	if t.out > 0 {
		to.outMessages.Add(t.out)
		to.outBytes.Add(t.outB)
	}
	add(&to.subscribed, t.subscribed)
	subs := c.subs.len()
	if c.internal {
		to.countInternal(t)
		subs = 0
	}
	if subs != t.subs {
		to.subscriptions.Add(int64(subs - t.subs))
	}
	*t = tally{subs: subs}
}

// countInternal notes what is counted for the ledger to be whole, and is nothing
// that a client has done.
func (c *counters) countInternal(t *tally) {
	add(&c.internal.inMessages, t.in)
	add(&c.internal.inBytes, t.inBytes)
	add(&c.internal.outMessages, t.out)
	add(&c.internal.outBytes, t.outB)
}

// settleAccount brings the counters of the connection's account up to date.
func (c *connection) settleAccount() {
	a, t := c.to.account, &c.tally
	if !a.counts() || c.internal {
		return
	}
	add(&a.inMessages, t.in)
	add(&a.inBytes, t.inBytes)
	add(&a.outMessages, t.out)
	add(&a.outBytes, t.outB)
	if subs := c.subs.len(); subs != t.subs {
		a.subscriptions.Add(int64(subs - t.subs))
	}
}

func add(counter *atomic.Uint64, n uint64) {
	if n > 0 {
		counter.Add(n)
	}
}

// settleSent counts what the socket has taken.
func (c *connection) settleSent() {
	add(&c.counters.written, c.out.sent)
	c.out.sent = 0
}

// settleLast closes the connection's books, if a crash has cut a commit short:
// what was not carried out is refused, what was not posted is dropped. The outbox
// is left as it is: whether last words can be said depends on it.
func (c *connection) settleLast() {
	t := &c.tally
	if handled := t.routed + t.noInterest + t.refused; handled < t.in {
		t.refused += t.in - handled
	}
	if t.posted < t.copies {
		c.counters.dropped.add(c.reason, int(t.copies-t.posted))
	}
	c.settle()
	c.settleSent()
}

// discard forgets what waits in the outbox, and counts it. A piece that is
// written in part counts as dropped as a whole: nobody knows how much of what the
// kernel took has reached the client anyway.
func (c *connection) discard() { c.counters.dropped.add(c.reason, c.out.discard()) }

// write runs a writer, and counts what became of all that it was given.
func (c *connection) write(w *writer) (err error) {
	defer func() {
		why := WriteError
		if isTimeout(err) {
			why = SlowConsumerWriteDeadline
		}
		add(&c.counters.written, w.sent)
		c.counters.dropped.add(why, w.rest())
	}()
	return w.run(c.link, c.config().WriteDeadline, c.to.took)
}

// rest is how many messages the writer has left unwritten.
func (w *writer) rest() (messages int) {
	for _, d := range w.queue {
		if d != nil {
			messages += d.messages
		}
	}
	return messages
}
