package connection

import (
	"github.com/asynkron/protoactor-go/actor"

	"github.com/troupe-mq/troupe/actors/internal/interest"
	"github.com/troupe-mq/troupe/actors/internal/partition"
	"github.com/troupe-mq/troupe/wire"
)

// recall answers a partition that has lost everything. An UNSUB on
// its way there has not yet taken effect: what the client sent before it was
// meant for the subscription, too.
func (c *connection) recall(ctx actor.Context, number int, all bool) {
	mine := func(s *interest.Subscription) bool {
		home, wide := partition.Home(s.Subject(), len(c.Partitions))
		return home == number || wide && all
	}
	var subs []*interest.Subscription
	for s := range c.subs.Every {
		if mine(s) {
			subs = append(subs, s)
		}
	}
	if b := c.batch; b != nil {
		for _, i := range b.Routes[number][b.Progress[number]:] {
			if e := &b.Entries[i]; e.Op == wire.OpUnsub {
				subs = append(subs, e.Sub)
			}
		}
	}
	ctx.Respond(&partition.Recalled{Subs: subs})
}
