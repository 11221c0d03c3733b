package connection

import (
	"time"

	"github.com/troupe-mq/troupe/actors/internal/interest"
	"github.com/troupe-mq/troupe/actors/internal/partition"
	"github.com/troupe-mq/troupe/actors/internal/steps"
)

// This file is how a connection has its subscriptions stated to a link that has come: some at a
// time, so that a hundred thousand do not hold anybody up.

// statedAtOnce is how many subscriptions are stated before others have their turn.
const statedAtOnce = 512

// nextStatements is what a connection sends itself to go on with them.
type nextStatements struct {
	link *interest.Link
	rest []*interest.Subscription
}

// IgnoreDeadLetterLogging keeps it out of the log: the connection may have ended meanwhile.
func (*nextStatements) IgnoreDeadLetterLogging() {}

// stateTo begins to have the subscriptions stated that may concern a link.
func (c *connection) stateTo(l *interest.Link) {
	if c.subs.Len() == 0 || !l.Concerns(c.pub.Target) || l.Account != interest.Every && !c.mayBeIn(l.Account) {
		c.Send(l.PID, &interest.Telling{})
		return
	}
	c.nextStatements(&nextStatements{link: l, rest: c.subs.Snapshot()})
}

// mayBeIn reports whether any of the subscriptions may be in an account, itself or by a shadow.
func (c *connection) mayBeIn(account int) bool {
	return c.server != nil && c.server.route != nil || account == c.session.Account.Index() || len(c.session.Account.Streams) > 0
}

// nextStatements goes on. The partitions know how many there are of what, and tell the link.
func (c *connection) nextStatements(m *nextStatements) {
	l, n := m.link, min(len(m.rest), statedAtOnce)
	some := make([]*interest.Subscription, 0, n)
	for _, s := range m.rest[:n] {
		if l.Account == interest.Every || s.To.Account.Index() == l.Account {
			some = append(some, s)
		}
	}
	m.rest = m.rest[n:]
	homes := homesOf(some, c.layout)
	told := interest.Telling{More: len(m.rest) > 0}
	for _, subs := range homes {
		if len(subs) > 0 {
			told.Partitions++
		}
	}
	c.Send(l.PID, &told) // before they tell it anything
	for p, subs := range homes {
		if len(subs) > 0 {
			c.Send(c.layout.PIDs[p], &partition.Restate{To: l, Subs: subs})
		}
	}
	if told.More {
		h, self := c.Host, c.self()
		time.AfterFunc(steps.Rest, func() { h.Send(self, m) })
	}
}
