package connection

import (
	"github.com/troupe-mq/troupe/actors/internal/batch"
	"github.com/troupe-mq/troupe/actors/internal/flight"
	"github.com/troupe-mq/troupe/actors/internal/follow"
	"github.com/troupe-mq/troupe/actors/internal/lab"
	"github.com/troupe-mq/troupe/actors/report"
	"github.com/troupe-mq/troupe/supervisor"
	"github.com/troupe-mq/troupe/wire"
)

// This file is what a connection remembers of its client's commands.

// aside is what a connection has beside its work. Not all have it, and memory comes in sizes.
type aside struct {
	flight   flight.Recorder  // what the client did last
	follower *follow.Follower // who watches the protocol; nil if nobody does
	lag      *lab.Lag         // nil but in the lab

	past *report.Connection // the connection as it was when it began to close
}

func (c *connection) onTheSide() *aside {
	if c.aside == nil {
		c.aside = new(aside)
	}
	return c.aside
}

// remember notes the last commands of a batch, of those up to a place. That of a server is
// not remembered: what it sends are others' messages.
func (c *connection) remember(b *batch.Batch, to int) {
	if c.server != nil {
		return
	}
	from, found := to, 0
	for from > 0 && found < flight.Most {
		if from--; isCommand(&b.Entries[from]) {
			found++
		}
	}
	if found == flight.Most && c.aside != nil {
		c.aside.flight.Restart()
	}
	for i := from; i < to; i++ {
		e := &b.Entries[i]
		if !isCommand(e) {
			continue
		}
		more := uint8(0)
		for i+1 < to && sameAgain(e, &b.Entries[i+1]) {
			i++
			more++
		}
		c.noteCommand(b, e, more)
	}
}

// isCommand reports whether the client has sent an entry.
func isCommand(e *batch.Entry) bool { return !e.Derived && e.Op != wire.OpNone }

// sameAgain reports whether a message is like the one before, which is the usual case where there are many.
func sameAgain(e, next *batch.Entry) bool {
	return next.Repeat && next.Op == e.Op && next.Body.Len == e.Body.Len && next.Headers == e.Headers && next.Reply.Len == 0 && e.Reply.Len == 0
}

func (c *connection) noteCommand(b *batch.Batch, e *batch.Entry, more uint8) {
	of := flight.Command{Op: e.Op, More: more}
	switch e.Op {
	case wire.OpPub, wire.OpHpub:
		of.Subject, of.Reply, of.Headers, of.Size = b.SubjectOf(e), b.ReplyOf(e), e.Headers, e.Body.Len
	case wire.OpSub:
		of.Subject, of.Queue, of.SID = e.Subject.Of(b.Buf), e.Queue().Of(b.Buf), e.SID().Of(b.Buf)
	case wire.OpUnsub:
		of.SID, of.Size = e.SID().Of(b.Buf), e.Max()
	default: // it has nothing more
	}
	c.onTheSide().flight.Add(c.counts.Last, &of)
}

// confess is deferred by Receive: a failure knows what the client did last. What is in flight was done
// last of all.
func (c *connection) confess() {
	r := recover()
	if r == nil {
		return
	}
	crash := supervisor.Caught(r)
	crash.Trail = c.lastWords()
	panic(crash)
}

// lastWords are the trail of a connection that has failed, with what is in flight. It is asked where
// anything may be wrong, and what is wrong is told without it then.
func (c *connection) lastWords() []string {
	defer func() { _ = recover() }() // the first failure is told
	if c.batch != nil {
		c.counts.Last = c.Now()
		c.remember(c.batch, len(c.batch.Entries))
	}
	return c.trail()
}

// trail is what the client did last.
func (c *connection) trail() []string {
	if c.aside == nil {
		return nil
	}
	return c.aside.flight.Lines()
}

// noteConnect notes that the client has said who it is, and not what.
func (c *connection) noteConnect() {
	if c.server == nil {
		c.onTheSide().flight.Add(c.Now(), &flight.Command{Op: wire.OpConnect})
	}
}
