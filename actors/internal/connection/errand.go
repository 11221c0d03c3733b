package connection

import (
	"time"

	"github.com/troupe-mq/troupe/actors/internal/interest"
	"github.com/troupe-mq/troupe/actors/internal/steps"
)

// errand is what a connection does with each of its subscriptions, of which there may be a hundred thousand: in
// slices of a step, and what waits in its mailbox comes in between. What the client subscribes to meanwhile is left
// out, and so is what it has ended by then.
type errand struct {
	rest []*interest.Subscription // as they were at the beginning
	cost int                      // the work of one of them
	do   func(some []*interest.Subscription)
	then func() // when all of them are done, or those that are left are gone
	lost func() // the connection has ended before
}

// IgnoreDeadLetterLogging keeps it out of the log: that a connection ends meanwhile is an everyday end.
func (*errand) IgnoreDeadLetterLogging() {}

// run begins an errand. It is over at once where there are few subscriptions.
func (c *connection) run(m *errand) {
	m.rest = c.subs.Copy()
	c.goOn(m)
}

// goOn does one slice of an errand.
func (c *connection) goOn(m *errand) {
	left, at := max(steps.Slice/m.cost, 1), 0
	some := make([]*interest.Subscription, 0, min(left, c.subs.Len()))
	for ; at < len(m.rest) && left > 0; at++ {
		s := m.rest[at]
		if left--; c.subs.Get([]byte(s.SID())) == s {
			some = append(some, s)
		}
	}
	m.rest = m.rest[at:]
	if len(some) > 0 {
		m.do(some)
	}
	if len(m.rest) == 0 || c.subs.Len() == 0 {
		m.then()
		return
	}
	h, self := c.Host, c.self()
	time.AfterFunc(steps.Rest, func() { h.Send(self, m) })
}
