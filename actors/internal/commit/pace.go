package commit

import (
	"github.com/troupe-mq/troupe/actors/internal/transport"
)

// This file is how long the publisher pauses when those who get its messages are behind.

// pause is what the publisher waits for: that a congestion is over, or for a moment
// because all outboxes together take too much. It is nothing if any of those who get its
// messages keeps up, or does not move at all.
func (k *Committer) pause() (p transport.Pause) {
	for i := range k.targets {
		to := k.targets[i].to
		if !k.targets[i].used {
			continue
		}
		c, scarce := to.Congestion.Load(), k.p.Budget.Pace()
		if c == nil && (scarce == 0 || to.Pending.IsEmpty()) || !to.IsMoving(k.p.Now()) {
			return transport.Pause{}
		}
		p.Most = max(p.Most, scarce)
		if c != nil {
			p.Until, p.Most = c.Over, max(p.Most, c.Pace())
		}
	}
	return p
}

// restPause is what the publisher waits for in the middle of a message: nothing if any of
// those who are still to get it keeps up.
func (k *Committer) restPause(p transport.Pause) transport.Pause {
	at := &k.p.cursor
	if !at.begun || p.IsNone() {
		return p
	}
	e := &k.b.Entries[k.b.Next+int(at.hop)]
	if len(k.groupsOf(e.Result)) > int(at.group) {
		return transport.Pause{}
	}
	for _, s := range k.orderOf(e.Result)[at.plain:] {
		if to := s.Owner().To; to.Congestion.Load() == nil && to.Pending.IsEmpty() {
			return transport.Pause{}
		}
	}
	return p
}
