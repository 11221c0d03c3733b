package actors

import (
	"github.com/troupe-mq/troupe/topics"
	"github.com/troupe-mq/troupe/wire"
)

// published reports whether the entry is a message on its way, in the account of
// who has published it.
func (e *entry) published() bool { return (e.op == wire.OpPub || e.op == wire.OpHpub) && !e.aside }

// carryOut gives the first of the entries its effect, together with those that
// only repeat its subject, and returns how many entries that were.
func (c *connection) carryOut(k *packer, entries []entry) int {
	e := &entries[0]
	if e.published() {
		n := 1
		for n < len(entries) && entries[n].repeat {
			entries[n].result, entries[n].refusal = e.result, e.refusal
			n++
		}
		if n < len(entries) && entries[n].aside {
			return c.carryOutCrossing(k, entries)
		}
		c.carryOutRun(k, entries[:n])
		return n
	}
	if e.aside {
		c.carryOutAside(e)
		return 1
	}
	switch e.op {
	case wire.OpPing:
		c.say(wire.Pong)
		c.afterPing()
	case wire.OpUnsub:
		if k.b.fenced = c.carryOutUnsubscribe(e); !k.b.fenced {
			c.acknowledge()
		}
	default:
		if e.refusal != nil {
			if e.sub != nil { // the partition crashed on it
				c.forget(e.sub)
			}
			c.say(e.refusal.Lines)
			return 1
		}
		c.acknowledge()
	}
	return 1
}

// carryOutAside is the end of a shadow's SUB or UNSUB.
func (c *connection) carryOutAside(e *entry) {
	if e.refusal != nil && e.op == wire.OpSub { // the partition crashed on it
		c.forget(e.sub.owner())
		c.say(e.refusal.Lines)
	}
}

// carryOutRun publishes messages of one subject.
func (c *connection) carryOutRun(k *packer, run []entry) {
	c.countIn(run)
	e := &run[0]
	plain := !e.pedantic && !c.tracing
	switch {
	case e.refusal != nil:
		c.countRefused(len(run))
		for range run {
			if e.pedantic {
				c.say(wire.ErrInvalidPublishSubject.Lines)
			}
			c.say(e.refusal.Lines)
		}
	case plain && e.result.Empty() && !c.options.NoResponders:
		c.countNoInterest(len(run))
		c.acknowledgeAll(len(run))
	case plain && uniform(run) && !e.result.Empty() && k.fanOut(run):
		c.acknowledgeAll(len(run))
	default:
		for i := range run {
			c.publish(k, run[i:i+1])
		}
	}
}

// uniform reports whether a run is all PUB or all HPUB.
func uniform(run []entry) bool {
	for i := range run {
		if run[i].op != run[0].op {
			return false
		}
	}
	return true
}

// publish delivers one message, in all the accounts that it is in, and reports
// whether anybody got it.
func (c *connection) publish(k *packer, all []entry) bool {
	e := &all[0]
	if e.pedantic {
		c.say(wire.ErrInvalidPublishSubject.Lines)
	}
	c.acknowledge()
	e.count = 0
	for i := range all {
		e.count += k.deliverAll(&all[i])
	}
	if e.count > 0 {
		c.countRouted(1)
		return true
	}
	c.countNoInterest(1)
	if c.options.NoResponders && e.reply.Len > 0 {
		if s := c.inbox(string(e.reply.Of(k.b.buf))); s != nil {
			k.noResponders(e, s)
		}
	}
	return false
}

// inbox is the plain subscription of this connection's own that matches a reply
// subject, nil if it has none.
func (c *connection) inbox(reply string) *subscription {
	if s := c.replies; s != nil && s.open() && topics.Matches(s.subject(), reply) && s.permits([]byte(reply)) {
		s.admit(1)
		return s
	}
	for s := range c.subs.all {
		if s.queue() == "" && topics.Matches(s.subject(), reply) && s.permits([]byte(reply)) {
			c.replies = s
			if ok, last := s.admit(1); ok > 0 {
				if last {
					c.forget(s)
				}
				return s
			}
		}
	}
	return nil
}

// exhaust ends a subscription that has just had its last message. Its owner is
// told before it gets that message, so that the sid is free when the client
// reads it.
func (c *connection) exhaust(s *subscription) {
	if s.to == c.to {
		c.forget(s)
		return
	}
	c.system.Root.Send(s.to.pid, &exhausted{sub: s})
}

// carryOutUnsubscribe reports whether those who may have chosen the subscription
// must be waited for.
func (c *connection) carryOutUnsubscribe(e *entry) (fenced bool) {
	s := e.sub
	switch {
	case s == nil:
		return false
	case e.count == 0:
		s.end()
	case s.over():
		return false
	default:
		if !s.limitTo(int64(e.count)) {
			return false
		}
		c.forget(s)
	}
	if s.queue() == "" {
		return false
	}
	c.to.fence.begin()
	return true
}

// acknowledge answers a command that was carried out.
func (c *connection) acknowledge() {
	if c.options.Verbose {
		c.say(wire.OK)
	}
}

func (c *connection) acknowledgeAll(n int) {
	if c.options.Verbose {
		for range n {
			c.say(wire.OK)
		}
	}
}

// say puts a line of the broker's own into the outbox.
func (c *connection) say(line string) {
	if c.tracing {
		c.traceOut(line)
	}
	c.out.reply(line)
}
