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

// restLooks is how many subscriptions are looked at to see whether somebody keeps up who is still to get a message.
const restLooks = 1 << 10

// restPause is what the publisher waits for in the middle of a message: nothing if any of
// those who are still to get it keeps up, or they are too many to be asked in every step.
func (k *Committer) restPause(p transport.Pause) transport.Pause {
	at := &k.p.cursor
	if !at.begun || p.IsNone() {
		return p
	}
	e := &k.b.Entries[k.b.Next+int(at.hop)]
	if len(k.groupsOf(e.Result)) > int(at.group) {
		return transport.Pause{}
	}
	order := k.orderOf(e.Result)
	for i, looks := int(at.plain), 0; i < len(order); i, looks = i+1, looks+1 {
		if to := order[i].Owner().To; looks == restLooks || to.Congestion.Load() == nil && to.Pending.IsEmpty() {
			return transport.Pause{}
		}
		if b := at.spread.at(i); b != nil {
			i = b.to - 1 // The others are of the same client.
		}
	}
	return p
}
