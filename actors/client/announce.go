package client

import (
	"github.com/asynkron/protoactor-go/actor"

	"github.com/troupe-mq/troupe/supervisor"
)

// Announce makes an event of something that has befallen an actor and is no crash:
// it is seen where crashes are, in the history, in /supervisionz and by taps. Only
// actors that may join are listened to.
func Announce(ctx actor.Context, what supervisor.What, reason string) {
	if a, ok := ctx.Actor().(*joined); ok {
		a.env.Observe(supervisor.Event{Time: a.env.Now(), What: what, Path: ctx.Self().Id, Role: a.role, Reason: reason})
	}
}
