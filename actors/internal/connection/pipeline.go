package connection

import (
	"time"

	"github.com/troupe-mq/troupe/actors/internal/batch"
	"github.com/troupe-mq/troupe/actors/internal/commit"
	"github.com/troupe-mq/troupe/actors/internal/steps"
	"github.com/troupe-mq/troupe/actors/internal/transport"
	"github.com/troupe-mq/troupe/actors/report"
	"github.com/troupe-mq/troupe/wire"
)

// This file is the way of a batch through its connection: parsed, routed by the
// partitions, committed.

// receive takes what the source has brought, and parses it.
func (c *connection) receive() {
	if c.closing {
		if c.resident == nil {
			c.advance() // the reader waits to be told what comes next
		}
		return
	}
	c.pub.Turn = steps.BeginSlice()
	switch some, over := c.source.Take(); {
	case some:
		c.advance()
	case over:
		c.close(report.ClientClosed)
	}
}

// advance parses and commits for as long as there is input and nobody has to be
// waited for. It gives the input back to the source when all of it is parsed.
func (c *connection) advance() {
	before := c.in.R
	for c.batch == nil && !c.closing {
		if c.pub.Turn.Over() && c.in.Pending() > 0 {
			c.source.Yield()
			return
		}
		more := c.collect()
		if c.batch != nil {
			c.clock.Complete() // what the client has to do is done: it waits for us
			if !c.dispatch() {
				return // the source is told when the partitions are done
			}
			c.commit()
			continue
		}
		if c.session.Proof != nil || c.server.isJudged() {
			return // the connection is told when it is known who this is
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
	if c.closing {
		c.in.R = c.in.W // nobody will look at it
	} else {
		c.clock.Watch(c.in.Pending(), c.in.Want, c.in.R > before, c.connected, c.Now)
	}
	pause := c.pause
	c.pause = transport.Pause{}
	c.source.Resume(pause)
}

// dispatch sends the batch through the partitions. It reports whether all of
// them are done already, which is the usual case: they ran on this goroutine.
func (c *connection) dispatch() bool {
	b := c.batch
	concerned := int32(0)
	for p := range b.Routes {
		if len(b.Routes[p]) > 0 {
			concerned++
		}
	}
	b.TraceRouted(c.Now)
	if concerned == 0 {
		return true
	}
	b.Parties.Store(concerned + 1)
	for p := range b.Routes {
		if len(b.Routes[p]) > 0 {
			c.Send(c.layout.PIDs[p], b)
		}
	}
	return b.Done()
}

// dispatchRest has a partition go on that has left some of the batch, because much had been made for it already. The partitions
// may be others by now.
func (c *connection) dispatchRest() {
	b := c.batch
	if b.Layout != c.layout.Number {
		b.Reroute(c.layout.Number, len(c.layout.PIDs))
	}
	if p, some := b.NextRound(); some {
		b.Parties.Store(2)
		c.Send(c.layout.PIDs[p], b)
		if !b.Done() {
			return
		}
	}
	c.stepped = true
	c.scheduleStep()
}

// commit carries out the batch in the order of its commands. It may be called again for
// the same batch, which stays in flight meanwhile:
//
//   - A tap that blocks must have the batch first: nothing is carried out before it has.
//   - An UNSUB must wait for others ([connection.checkFence]): what precedes it is sent.
//   - Its step is over ([connection.scheduleStep]): what is made so far is sent.
//   - The rest is not routed yet ([connection.dispatchRest]): so is what is made so far.
func (c *connection) commit() {
	b := c.batch
	if b == nil {
		return
	}
	c.touch()
	if b.Next == 0 && !c.witness.Ask(b, c, c.counts.Last) {
		return
	}
	from, routed := b.Next, b.Routed()
	c.pub.Tapped = c.witness.Told != nil
	c.committer = commit.New(&c.pub, b, routed)
	c.committer.Run()
	c.settle()
	c.pause = c.committer.Send()
	if c.server != nil {
		c.pause = transport.Pause{} // one slow client must not hold up a whole server
	}
	c.committer = nil
	c.counts.Tally.Posted = 0 // of copies that are settled already
	c.witness.Tell(b, from)
	switch {
	case b.Fenced:
		c.checkFence()
	case !c.pub.IsThrough(b, routed):
		c.stepped = true
		c.scheduleStep()
	case routed < len(b.Entries):
		c.dispatchRest()
	default:
		c.witness.Done()
		c.remember(b, len(b.Entries))
		c.batch = nil
		b.Recycle()
	}
}

// scheduleStep has a commit go on that has stopped because its step was over: behind what
// waits in the mailbox, when the client has read enough of what it has sent itself, and
// when those who get its messages have.
func (c *connection) scheduleStep() {
	if !c.stepped || c.pub.IsFull() {
		return
	}
	c.stepped = false
	h, self, pause := c.Host, c.self(), c.pause
	if pause.IsNone() {
		time.AfterFunc(steps.Rest, func() { h.Send(self, msgNextStep) })
		return
	}
	c.Spawn("pace", func() {
		pause.Wait()
		h.Send(self, msgNextStep)
	})
}

// nextStep goes on with a commit.
func (c *connection) nextStep() {
	if c.batch == nil {
		return
	}
	c.write() // the mailbox is not empty before the commit is done
	c.commit()
	c.advance()
}

// checkFence looks whether a commit that has stopped at an UNSUB can go on. What it waited
// for may be in the mailbox still, so that it goes on behind that.
func (c *connection) checkFence() {
	b := c.batch
	if b != nil && b.Fenced && !b.Passed && c.pub.Target.Fence.Passed() {
		b.Passed = true
		c.Send(c.self(), msgPassed)
	}
}

// goOnBehindFence goes on with a commit that has stopped at an UNSUB.
func (c *connection) goOnBehindFence() {
	if c.batch == nil {
		return
	}
	c.batch.Fenced, c.batch.Passed = false, false
	c.pub.Acknowledge(1)
	c.commit()
	c.advance()
}

// refuseInFlight is for a connection that ends while taps are asked: what it has
// published in this batch is refused. A commit that has begun is past that.
func (c *connection) refuseInFlight() {
	b := c.batch
	if b == nil || !c.witness.Waiting() || b.Next > 0 || c.committer != nil || !c.pub.IsBetween() {
		return
	}
	c.witness.Withdraw()
	c.batch = nil // not to be used again: who has decided already may still count it down
	for at := 0; at < len(b.Entries); {
		n := b.RunAt(at, len(b.Entries))
		if e := &b.Entries[at]; e.Published() {
			c.refuseRun(b.Entries[at : at+n])
		}
		at += n
	}
	b.Next = len(b.Entries)
	c.witness.Tell(b, 0)
	c.witness.Done()
}

func (c *connection) refuseRun(run []batch.Entry) {
	if run[0].Refusal == nil {
		run[0].Refusal = wire.ErrNotRecorded
	}
	bytes := 0
	for i := range run {
		bytes += int(run[i].Body.Len)
	}
	c.counts.CountIn(len(run), bytes)
	c.counts.CountRefused(len(run))
	for range run {
		c.pub.Say(run[0].Refusal.Lines)
	}
}
