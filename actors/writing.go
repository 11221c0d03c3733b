package actors

import (
	"errors"

	"github.com/asynkron/protoactor-go/actor"
)

// This file is the way of bytes to the client.

// deliver takes what somebody's commit has for this client.
func (c *connection) deliver(d *deliver) {
	if c.leaving && c.reason != ClientClosed {
		c.counters.dropped.add(c.reason, d.messages)
		d.recycle()
		return
	}
	c.countOut(d)
	for _, reply := range d.replies {
		c.grant([]byte(reply))
	}
	c.out.push(d)
}

// flush writes what can be written. It is called when the mailbox is empty.
func (c *connection) flush(ctx actor.Context) {
	c.settle()
	if !c.out.writing && !c.waiting && len(c.out.queue) > 0 {
		all, err := c.out.offer(c.link)
		c.to.took()
		c.settleSent()
		switch {
		case err != nil:
			c.lost(WriteError)
		case !all:
			c.startWriter()
		}
	}
	c.press()
	if c.leaving && !c.out.writing {
		ctx.Stop(ctx.Self())
	}
}

// startWriter leaves what the socket did not take to a goroutine.
func (c *connection) startWriter() {
	w, pid := c.out.handOver(share(c.config().MaxPending)), c.to.pid
	c.spawn("writer", func() {
		err := errWriterCrashed
		defer func() {
			w.over <- err
			close(w.over)
			c.system.Root.Send(pid, &written{err})
		}()
		err = c.write(w)
	})
}

// errWriterCrashed is what a writer has to report if it does not come to its end.
var errWriterCrashed = errors.New("troupe: the writer crashed")

// written is told when the writer goroutine is done.
func (c *connection) written(err error) {
	c.out.writing, c.out.torn = false, err != nil
	switch {
	case err == nil:
	case isTimeout(err):
		c.evict(SlowConsumerWriteDeadline)
	case errors.Is(err, errLeft): // what it has said last is still to be done
		c.counters.dropped.add(ClientClosed, c.out.discard())
	default:
		c.lost(WriteError)
	}
}
