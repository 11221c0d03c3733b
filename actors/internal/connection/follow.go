package connection

import (
	"github.com/troupe-mq/troupe/actors/internal/follow"
	"github.com/troupe-mq/troupe/actors/internal/transport"
	"github.com/troupe-mq/troupe/actors/report"
)

// This file is what a connection does while somebody follows it.

// Follow asks a connection to tell a follower what its client and it say.
type Follow struct {
	By     *follow.Follower
	Answer chan<- error
}

// IgnoreDeadLetterLogging is as that of other orders.
func (*Follow) IgnoreDeadLetterLogging() {}

// beFollowed takes a follower. One that is there already goes.
func (c *connection) beFollowed(m *Follow) {
	if c.server != nil {
		m.Answer <- report.ErrNoConnection
		return
	}
	if f := c.follower(); f != nil {
		f.End()
	}
	c.onTheSide().follower = m.By
	c.applyTracer()
	m.Answer <- nil
}

// outlet is where what goes out is written to.
func (c *connection) outlet() transport.Link {
	if f := c.follower(); f != nil && f.Begun() {
		return f.Outlet(c.session.Link)
	}
	return c.session.Link
}

// follower is who watches the protocol, nil if nobody does.
func (c *connection) follower() *follow.Follower {
	if c.aside == nil {
		return nil
	}
	return c.aside.follower
}

// tendFollower is called when the mailbox is empty.
func (c *connection) tendFollower() {
	f := c.follower()
	switch {
	case f == nil:
	case f.Over():
		c.aside.follower = nil
		c.applyTracer()
	case !c.out.Writing && c.out.Empty() && !f.Begun():
		f.Begin()
	}
}
