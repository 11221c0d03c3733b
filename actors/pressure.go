package actors

import (
	"fmt"
	"slices"
	"time"

	"github.com/troupe-mq/troupe/supervisor"
	"github.com/troupe-mq/troupe/wire"
)

// Overrun is what happens to a client that does not read as fast as others
// publish, once MaxPending bytes wait for it.
type Overrun string

// dropOverrun is the reason under which the ledger has what a policy dropped.
const dropOverrun CloseReason = "Overrun"

// The overrun policies. What is dropped is counted and announced, never silent.
const (
	OverrunEvict   Overrun = "evict"    // the connection is closed as a slow consumer
	OverrunDropNew Overrun = "drop_new" // what does not fit is dropped
	OverrunDropOld Overrun = "drop_old" // what has waited longest is dropped
)

// valid reports whether there is such a policy.
func (o Overrun) valid() bool {
	return o == OverrunEvict || o == OverrunDropNew || o == OverrunDropOld
}

// pressure is what a connection knows about its own outbox.
type pressure struct {
	policy    Overrun // the user's, or everybody's
	accounted int     // bytes of buffers that the broker's budget knows of
	reported  int     // bytes that the keeper of the budget was told last
	keepers   uint32  // how many keepers there had been when it was told
	level     int32   // the last threshold that was announced, in percent

	dropped   uint64    // messages
	announced time.Time // when drops were last announced
	unsaid    uint64    // messages dropped since
}

// The thresholds of MaxPending that make an event, in percent.
var pressureLevels = [...]int{100, 75, 50}

// press applies the limits to what is left in the outbox after a write.
func (c *connection) press() {
	pending := c.out.pending()
	c.direct(pending)
	c.announceLevel(pending)
	if pending > c.config().MaxPending {
		if c.pressure.policy == OverrunEvict || c.leaving {
			c.evict(SlowConsumerPendingBytes)
		}
		messages := c.out.shed(pending-c.config().MaxPending, c.pressure.policy == OverrunDropNew)
		c.countDropped(messages)
		if messages == 0 && c.out.pending() > c.config().MaxPending+lot {
			c.evict(SlowConsumerPendingBytes) // its own answers, of which none may be missing
		}
	}
	c.account()
}

// announceLevel makes an event when the outbox fills, and forgets the level when
// it has emptied to half of it.
func (c *connection) announceLevel(pending int) {
	p := &c.pressure
	percent := int(int64(pending) * 100 / int64(c.config().MaxPending))
	for _, level := range pressureLevels {
		if percent >= level && p.level < int32(level) {
			p.level = int32(level)
			c.event("pressure", fmt.Sprintf("%d%% of max_pending: %d bytes wait", level, pending))
			break
		}
	}
	if percent < int(p.level)/2 {
		p.level = 0
	}
}

// countDropped counts messages that the client will not get, and says so at most
// once a second.
func (c *connection) countDropped(messages int) {
	if messages == 0 {
		return
	}
	p := &c.pressure
	p.dropped += uint64(messages)
	p.unsaid += uint64(messages)
	c.counters.dropped.add(dropOverrun, messages)
	if now := c.now(); now.Sub(p.announced) >= time.Second {
		c.log().Warn("Slow Consumer Detected: messages dropped", "policy", string(p.policy), "messages", p.unsaid, "in all", p.dropped)
		c.event("dropped", fmt.Sprintf("%s: %d messages", p.policy, p.unsaid))
		p.announced, p.unsaid = now, 0
	}
}

// event puts something about this connection into the broker's history.
func (c *connection) event(what supervisor.What, reason string) {
	c.observe(supervisor.Event{Time: c.now(), What: what, Path: c.to.pid.Id, Role: connectionRole, Reason: reason})
}

// SlowConsumerError is the failure of a connection whose client does not read what it
// has subscribed to.
type SlowConsumerError struct {
	Reason  CloseReason
	Pending int // bytes
	Oldest  time.Duration
	Subject string // of the message that came last
}

func (e *SlowConsumerError) Error() string {
	return fmt.Sprintf("%s: %d bytes wait, the oldest for %s, the last of them on %q", e.Reason, e.Pending, e.Oldest.Round(time.Millisecond), e.Subject)
}

// evict fails the actor: whether a slow consumer may stay is its supervisor's
// decision.
func (c *connection) evict(reason CloseReason) {
	failure := &SlowConsumerError{Reason: reason, Pending: c.out.pending(), Oldest: c.out.age(c.now()), Subject: c.out.lastSubject()}
	if !c.leaving {
		c.complain("Slow Consumer Detected", "reason", reason, "pending", failure.Pending,
			"oldest", failure.Oldest.String(), "subject", failure.Subject)
		c.counters.slowConsumers.Add(1)
		if a := c.to.account; a != nil {
			a.slowConsumers.Add(1)
		}
	}
	c.tell(KindEvicted, string(reason))
	c.reason, c.leaving = reason, true
	panic(supervisor.Fail(failure))
}

// lastSubject is the subject of the newest message that waits, empty if none does.
func (o *outbox) lastSubject() string {
	for _, d := range slices.Backward(o.queue) {
		if s := wire.LastSubject(d.bytes); s != "" {
			return s
		}
	}
	return ""
}
