package connection

import (
	"time"

	"github.com/troupe-mq/troupe/actors/internal/interest"
	"github.com/troupe-mq/troupe/actors/internal/steps"
)

// errand is what a connection does with each of many, of which there may be a hundred thousand: its subscriptions, or what
// the server on its other side wants or has been told. It does so in slices of a step, and what waits in its mailbox comes in between.
type errand struct {
	cost int                        // the work of one of them
	some func(most int) (more bool) // does it with so many more
	then func()                     // when all of them are done, or those that are left are gone; nil for nothing
	lost func()                     // the connection has ended before; nil for nothing
}

// IgnoreDeadLetterLogging keeps it out of the log: that a connection ends meanwhile is an everyday end.
func (*errand) IgnoreDeadLetterLogging() {}

// isLost is told that the connection has ended.
func (m *errand) isLost() {
	if m.lost != nil {
		m.lost()
	}
}

// run begins an errand, and does its first slice. Where there are few, that is all.
func (c *connection) run(m *errand) {
	if m.some(max(steps.Slice/m.cost, 1)) {
		h, self := c.Host, c.self()
		time.AfterFunc(steps.Rest, func() { h.Send(self, m) })
		return
	}
	if m.then != nil {
		m.then()
	}
}

// withSubs is an errand's way through the subscriptions that there are now. What the client subscribes to meanwhile is left out,
// and so is what it has ended by then.
func (c *connection) withSubs(do func(some []*interest.Subscription)) func(most int) (more bool) {
	rest := c.subs.Copy()
	return func(most int) (more bool) {
		most = min(most, len(rest))
		some := make([]*interest.Subscription, 0, min(most, c.subs.Len()))
		for _, s := range rest[:most] {
			if c.subs.Get([]byte(s.SID())) == s {
				some = append(some, s)
			}
		}
		rest = rest[most:]
		if len(some) > 0 {
			do(some)
		}
		return len(rest) > 0 && c.subs.Len() > 0
	}
}
