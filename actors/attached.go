package actors

import "github.com/troupe-mq/troupe/wire"

// This file is the side of a connection whose client is an actor. There is no
// reader: the actor's own goroutine posts what it has said, and what a reader
// would be told in a turn the connection tells itself.

// spoken tells a connection that its actor has said something.
type spoken struct{}

// rested tells a connection that it has been paced long enough.
type rested struct{}

// IgnoreDeadLetterLogging: an actor may speak before its connection is there, which
// then looks by itself, or when it has just ended.
func (*spoken) IgnoreDeadLetterLogging() {}

// IgnoreDeadLetterLogging: it may have ended meanwhile.
func (*rested) IgnoreDeadLetterLogging() {}

var (
	msgSpoken = &spoken{}
	msgRested = &rested{}
)

// admitActor lets the client in as whom it has joined: there is no CONNECT, and
// nobody who could be silent for too long.
func (c *connection) admitActor(h *hatch) {
	headers := !c.config().NoHeaders
	who := actorBy(c.under.gate, h.who)
	switch {
	case who == nil:
		c.close(AuthenticationViolation)
		return
	case !c.assume(who):
		c.close(MaxAccountConnections)
		return
	}
	c.options = wire.Connect{Echo: h.echo, Headers: headers, NoResponders: headers, Protocol: 1, Name: h.name, Lang: "go", Version: c.config().Version}
	c.connected, c.greeted, c.deaf = true, true, true
	c.to.headers.Store(headers)
	c.parser.Headers, c.parser.Limits = headers, h.client.limits
	h.own = c.origin()
	c.tell(KindConnected, "")
	c.tell(KindAuthenticated, "")
	c.listen()
}

// listen waits for what the actor says next.
func (c *connection) listen() {
	c.link.(*hatch).listening = true
	c.hear()
}

// hear parses what the actor has said, if nothing is in flight.
func (c *connection) hear() {
	h := c.link.(*hatch)
	if !h.listening || c.leaving {
		return
	}
	buf, over := h.said.take()
	switch {
	case len(buf) > 0:
		h.listening = false
		c.in = input{buf: buf, w: len(buf)}
		c.advance()
	case over:
		c.close(ClientClosed)
	}
}

// actorTurn does what a reader does with a turn.
func (c *connection) actorTurn(t turn) {
	h := c.link.(*hatch)
	switch {
	case t.do == toStop:
		h.shut(c.reason)
		return
	case c.in.buf == nil:
		return // it had said nothing
	}
	more := h.said.giveBack(c.in.buf)
	c.in = input{}
	if t.behind != nil {
		root, self := c.system.Root, c.to.pid
		c.spawn("pace", func() {
			t.behind.wait(nil)
			root.Send(self, msgRested)
		})
		return
	}
	h.listening = true
	if more {
		c.system.Root.Send(c.to.pid, msgSpoken)
	}
}
