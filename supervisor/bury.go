package supervisor

import (
	"time"

	"github.com/asynkron/protoactor-go/actor"
)

// How long a child that failed while stopping may take to be gone, and how often it is helped.
const (
	burial  = time.Second
	burials = 3
)

// failedStopping helps an actor out that panicked while it was ending, and that has no Guard. The framework leaves it
// half dead: it waits for nothing any more, and a restart would bring it back to life.
//
// If it failed in Stopped, it is gone but nobody was told, and this group could never stop itself: the group tells
// itself. If it failed in Stopping, the news of any ended child makes the framework look again whether it may end: it
// is sent such news.
func (g *group) failedStopping(ctx actor.Context, c *child, reason any) {
	system, self, pid := ctx.ActorSystem(), ctx.Self(), c.pid

	d := Decision{Directive: Stop, Reason: "failed while stopping"}
	g.emit(ctx, c.event(Failed, d, asError(reason)))
	c.become(Stopping, time.Now())

	if c.why == "" {
		c.why = d.Reason
	}

	g.stuck[pid.Id]++
	if g.stuck[pid.Id] > burials {
		return
	}

	if !order(system, pid, &actor.Terminated{Who: pid}) {
		order(system, self, &actor.Terminated{Who: pid})

		return
	}

	time.AfterFunc(burial, func() { later(system, self, overdue{pid: pid}) })
}

// overdue ends an actor that failed in Stopping while it had children of its own, which nobody stopped: a restart
// stops them, and the stop behind it keeps the actor from coming back.
func (g *group) overdue(ctx actor.Context, pid *actor.PID) {
	if g.stuck[pid.Id] == 0 {
		return
	}

	order(ctx.ActorSystem(), pid, &actor.Restart{})
	order(ctx.ActorSystem(), pid, &actor.Stop{})
}

// later sends a message from a timer's goroutine, to a group that may be gone by now.
func later(system *actor.ActorSystem, to *actor.PID, m Message) {
	if _, ok := system.ProcessRegistry.Get(to); ok {
		system.Root.Send(to, m)
	}
}
