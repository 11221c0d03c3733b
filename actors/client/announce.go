package client

import (
	"github.com/asynkron/protoactor-go/actor"

	"github.com/troupe-mq/troupe/supervisor"
)

// Announce makes an event of something that happened to an actor and is no crash, such as a disk that is
// full. The event is seen where crashes are: in the history, in /supervisionz and by taps. what is the kind of
// event in a word or two, and reason says more. From an actor that cannot join it does nothing.
func Announce(ctx actor.Context, what supervisor.What, reason string) {
	if a, ok := ctx.Actor().(*joined); ok {
		a.Observe(supervisor.Event{Time: a.Now(), What: what, Path: ctx.Self().Id, Role: a.Role, Reason: reason})
	}
}
