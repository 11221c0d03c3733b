package connection

import (
	"errors"

	"github.com/asynkron/protoactor-go/actor"

	"github.com/troupe-mq/troupe/actors/internal/outbox"
	"github.com/troupe-mq/troupe/actors/internal/transport"
	"github.com/troupe-mq/troupe/actors/report"
)

// This file is the way of bytes to the client.

// deliver takes what somebody's commit has for this client.
func (c *connection) deliver(d *outbox.Deliver) {
	c.pub.Target.Pending.Receive(d.Claim())
	c.gauge.Receive(d.Memory())
	if c.closing && c.reason != report.ClientClosed {
		c.Counters.Drop(c.reason, d.Messages)
		d.Recycle()
		return
	}
	c.counts.CountOut(d.Messages, d.Payload)
	for _, reply := range d.Replies {
		c.Grant([]byte(reply), d.By)
	}
	d.Noted()
	d.Taken()
	c.out.Push(d)
}

// flush writes what can be written. It is called when the mailbox is empty.
func (c *connection) flush(ctx actor.Context) {
	c.settle()
	c.write()
	c.compress()
	c.scheduleStep()
	c.tendFollower()
	if c.closing && !c.out.Writing && !c.committing() {
		ctx.Stop(ctx.Self())
	}
}

// committing reports whether a commit has begun, and goes on by itself.
func (c *connection) committing() bool {
	return c.batch != nil && c.batch.Next > 0 && !c.batch.Fenced && c.reason != report.Kicked
}

// write writes what the socket takes now, and applies the limits to what is left.
func (c *connection) write() {
	if !c.out.Writing && !c.handshaking && !c.out.Empty() {
		all, err := c.out.Offer(c.outlet())
		if !all {
			c.pub.Target.Pending.Took(c.Now()) // what is left begins to wait
		}
		c.settleWritten()
		switch {
		case err != nil:
			c.lost(report.WriteError)
		case !all:
			c.startWriter()
		}
	}
	c.press()
}

// settleWritten counts what the socket has taken.
func (c *connection) settleWritten() {
	c.Counters.CountWritten(c.out.Sent)
	c.out.Sent = 0
}

// startWriter leaves what the socket did not take to a goroutine.
func (c *connection) startWriter() {
	w, self, to := c.out.HandOver(outbox.Share(c.maxPending())), c.self(), c.outlet()
	w.Turns = c.Turns
	c.Spawn("writer", func() {
		err := errWriterCrashed
		defer func() {
			w.Over <- err
			close(w.Over)
			c.Send(self, &written{err})
		}()
		err = c.runWriter(w, to)
	})
}

// errWriterCrashed is what a writer has to report if it does not come to its end.
var errWriterCrashed = errors.New("troupe: the writer crashed")

// runWriter runs a writer, and counts what became of all that it was given.
func (c *connection) runWriter(w *outbox.Writer, to transport.Link) (err error) {
	defer func() {
		why := report.WriteError
		if transport.IsTimeout(err) {
			why = report.SlowConsumerWriteDeadline
		}
		c.Counters.CountWritten(w.Sent)
		c.Counters.Drop(why, w.Rest())
		c.Counters.Drop(report.Gone, w.Ended)
	}()
	pending := c.pub.Target.Pending
	return w.Run(to, c.config().WriteDeadline, func() { pending.Took(c.Now()) })
}

// written is told when the writer goroutine is done.
func (c *connection) written(err error) {
	c.out.Writing, c.out.Torn = false, err != nil
	switch {
	case err == nil:
	case transport.IsTimeout(err):
		c.evict(report.SlowConsumerWriteDeadline)
	case errors.Is(err, transport.ErrLeft): // what it has said last is still to be done
		c.Counters.Drop(report.ClientClosed, c.out.Discard())
	default:
		c.lost(report.WriteError)
	}
}
