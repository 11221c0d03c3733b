package connection

import (
	"fmt"

	"github.com/troupe-mq/troupe/actors/internal/host"
	"github.com/troupe-mq/troupe/actors/internal/outbox"
	"github.com/troupe-mq/troupe/actors/internal/peer"
	"github.com/troupe-mq/troupe/actors/internal/pressure"
	"github.com/troupe-mq/troupe/actors/report"
	"github.com/troupe-mq/troupe/actors/tap"
	"github.com/troupe-mq/troupe/supervisor"
)

// This file is what a connection does when its client does not keep up.

// maxPending is how many bytes may wait for the client.
func (c *connection) maxPending() int {
	if c.server != nil {
		return max(peer.MaxPending, c.config().MaxPending)
	}
	return c.config().MaxPending
}

// press applies the limits to what is left in the outbox after a write.
func (c *connection) press() {
	pending, most := c.out.Pending(), c.maxPending()
	c.pub.Target.UpdateCongestion(pending, pressure.CongestedAt(most), most, c.closing)
	if level := c.pressure.Reached(pending, most); level > 0 {
		c.event("pressure", fmt.Sprintf("%d%% of max_pending: %d bytes wait", level, pending))
	}
	if pending > most {
		if c.pressure.Policy == pressure.Evict || c.closing {
			c.evict(report.SlowConsumerPendingBytes)
		}
		messages := c.out.Shed(pending-most, c.pressure.Policy == pressure.DropNew)
		c.dropped(messages)
		if messages == 0 && c.out.Pending() > most+outbox.WriterQuota {
			c.evict(report.SlowConsumerPendingBytes) // its own answers, of which none may be missing
		}
	}
	c.announceLost(c.pub.Target.Pending.Lost())
	c.gauge.Account(c.Budget, c.self(), c.pub.Target.Pending, c.out.Held())
	c.pub.Target.Pending.Owe(c.out.Pending() - c.out.Held())
}

// dropped counts messages that the client will not get.
func (c *connection) dropped(messages int) {
	if messages == 0 {
		return
	}
	c.Counters.Drop(report.Overrun, messages)
	c.announceLost(messages)
}

// announceLost says that messages are dropped, and counted.
func (c *connection) announceLost(messages int) {
	if messages == 0 {
		return
	}
	if unsaid := c.pressure.Drop(messages, c.Now()); unsaid > 0 {
		c.log().Warn("Slow Consumer Detected: messages dropped", "policy", string(c.pressure.Policy), "messages", unsaid, "in all", c.pressure.Dropped())
		c.event("dropped", fmt.Sprintf("%s: %d messages", c.pressure.Policy, unsaid))
	}
}

// event puts something about this connection into the broker's history.
func (c *connection) event(what supervisor.What, reason string) {
	c.Observe(supervisor.Event{Time: c.Now(), What: what, Path: c.self().Id, Role: host.ConnectionRole, Reason: reason})
}

// evict fails the actor: whether a slow consumer may stay is its supervisor's
// decision.
func (c *connection) evict(reason report.CloseReason) {
	failure := &report.SlowConsumerError{Reason: reason, Pending: c.out.Pending(), Oldest: c.out.Age(c.Now()), Subject: c.out.LastSubject()}
	if !c.closing {
		c.complain("Slow Consumer Detected", "reason", reason, "pending", failure.Pending,
			"oldest", failure.Oldest.String(), "subject", failure.Subject)
		c.Counters.SlowConsumers.Add(1)
		if a := c.session.Account; a != nil {
			a.SlowConsumers.Add(1)
		}
	}
	c.note(tap.Evicted, string(reason))
	c.reason, c.closing = reason, true
	panic(supervisor.Fail(failure))
}
