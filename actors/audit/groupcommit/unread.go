package groupcommit

import (
	"github.com/troupe-mq/troupe/actors/tap"
)

// This file is what a log that may drop does with batches for which it has no room.

// leave does not take a batch now. The feed, which has no room for ever, loses what
// is too much and counts it cheaply. News of that is taken: it comes again and again.
func (c *committer) leave(b *tap.Batch) {
	if b.Len() == 1 {
		for r, times := range b.Runs() {
			if r.Kind != tap.Lost {
				break
			}
			if c.lost.reason == "" {
				c.lost.reason = ErrBehind.Error()
			}
			c.lost.add(r, times)
			return
		}
	}
	b.Hold()
	c.unread = append(c.unread, b)
}

// catchUp reads what has waited for room.
func (c *committer) catchUp() {
	for len(c.unread) > 0 && c.waiting() < c.MaxBytes {
		c.read(c.unread[0])
		c.unread[0] = nil
		c.unread = c.unread[1:]
	}
}

// loseUnread counts what has waited for room in vain.
func (c *committer) loseUnread(err error) {
	for _, b := range c.unread {
		c.miss(b, err)
		b.Done(nil) // the log owns up
	}
	c.unread = nil
}
