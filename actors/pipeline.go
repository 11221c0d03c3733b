package actors

// This file is the way of a batch through its connection: parsed, routed by the
// partitions, committed.

// advance parses and commits for as long as there is input and nobody has to be
// waited for. It gives the input back to the reader when all of it is parsed.
func (c *connection) advance() {
	before := c.in.r
	for c.batch == nil && !c.leaving {
		more := c.collect()
		if c.batch != nil {
			if !c.dispatch() {
				return // the reader is told when the partitions are done
			}
			c.commit()
			continue
		}
		if c.proving != nil {
			return // the reader is told when it is known who this is
		}
		if c.fatal != nil {
			c.refuse(c.fatal)
			break
		}
		if !more {
			break
		}
	}
	if c.batch != nil {
		return
	}
	if c.leaving {
		c.in.r = c.in.w // nobody will look at it
	} else {
		c.watchInput(c.in.r > before)
	}
	c.give(turn{do: toRead, behind: c.behind})
	c.behind = nil
}

// give tells the source of the input what to do next.
func (c *connection) give(t turn) {
	if c.turns == nil {
		c.actorTurn(t)
		return
	}
	c.turns <- t
}

// dispatch sends the batch through the partitions. It reports whether all of
// them are done already, which is the usual case: they ran on this goroutine.
func (c *connection) dispatch() bool {
	b := c.batch
	concerned := int32(0)
	for p := range b.routes {
		if len(b.routes[p]) > 0 {
			concerned++
		}
	}
	if concerned == 0 {
		return true
	}
	b.open.Store(concerned + 1)
	for p := range b.routes {
		if len(b.routes[p]) > 0 {
			c.system.Root.Send(c.partitions[p], b)
		}
	}
	return b.done()
}

// commit carries out the batch in the order of its commands, once those taps have
// it that are to have it before. At an UNSUB that others must be waited for it stops, what precedes is sent, and it is called
// again when they are through; the batch stays in flight.
func (c *connection) commit() {
	b := c.batch
	if b == nil {
		return
	}
	c.touch()
	if b.next == 0 && !c.heard(b) {
		return // it is called again when the taps are through
	}
	from := b.next
	c.packer = newPacker(c, b)
	for b.next < len(b.entries) && !b.fenced {
		b.next += c.carryOut(c.packer, b.entries[b.next:])
	}
	c.settle()
	c.packer.send()
	c.packer = nil
	c.tally.posted = 0
	if b.told.taps != nil {
		c.tellTaps(b, from)
	}
	if b.fenced {
		c.passFence()
		return
	}
	c.batch = nil
	b.recycle()
}

// passFence looks whether a commit that has stopped can go on. What it waited
// for may be in the mailbox still, so that it goes on behind that.
func (c *connection) passFence() {
	b := c.batch
	if b != nil && b.fenced && !b.passed && c.to.fence.passed() {
		b.passed = true
		c.system.Root.Send(c.to.pid, msgPassed)
	}
}

// resume goes on with a commit that has stopped at an UNSUB.
func (c *connection) resume() {
	if c.batch == nil {
		return
	}
	c.batch.fenced, c.batch.passed = false, false
	c.acknowledge()
	c.commit()
	c.advance()
}
