package supervisor

import (
	"time"

	"github.com/asynkron/protoactor-go/actor"
)

// backOff orders a restart for later, or for now if there is nothing to wait for.
func (g *group) backOff(ctx actor.Context, c *child, d Decision) {
	now := time.Now()
	c.become(BackingOff, now)

	whole := d.Scope != OneForOne
	if whole {
		from := concerned(c, d.Scope)
		if g.all.pending() {
			from = min(from, g.from) // those behind are ordered already
		}

		g.from = from
	}

	if d.Delay <= 0 {
		g.over(ctx, c, whole)

		return
	}

	if !whole {
		c.wait.start(ctx, d.Delay, due{group: g, child: c})

		return
	}

	g.all.start(ctx, d.Delay, due{group: g})

	for _, o := range g.own {
		if o.seq >= g.from && o.state == Running && o.spec.Policy.Kind != Temporary {
			o.become(Restarting, now)
		}
	}
}

// start sends a message to the group when the delay is over. The timer runs in a goroutine of its own, where no
// context may go: it has the system and the address only.
func (w *wait) start(ctx actor.Context, d time.Duration, m due) {
	w.cancel()
	m.turn = w.turn
	system, self := ctx.ActorSystem(), ctx.Self()
	w.until = time.Now().Add(d)
	w.timer = time.AfterFunc(d, func() { later(system, self, m) })
}

// due runs when a timer says that a back-off is over. It may be late: the wait may have been cancelled, or the group
// may have been restarted and know the child no more.
func (g *group) due(ctx actor.Context, m due) {
	w := &g.all
	if m.child != nil {
		w = &m.child.wait
	}

	if m.group == g && m.turn == w.turn && w.pending() && !g.ending {
		g.over(ctx, m.child, m.child == nil)
	}
}

// over ends a back-off by the restart.
func (g *group) over(ctx actor.Context, c *child, whole bool) {
	if !whole {
		g.restart(ctx, c)

		return
	}

	g.all.cancel()
	g.history = g.history.Started(time.Now())

	for _, o := range g.sorted() {
		switch {
		case o.seq < g.from || o.state == Stopping || o.state == Down:
		case o.spec.Policy.Kind == Temporary:
			g.halt(ctx, o, "never restarted, and its siblings are")
		default:
			g.restart(ctx, o)
		}
	}

	g.haltLight(ctx, g.from)
}

// restart starts a child again: an actor that failed is told to, one that is gone is spawned anew.
func (g *group) restart(ctx actor.Context, c *child) {
	c.wait.cancel()

	if !c.alive {
		if _, err := incarnate(ctx, c.spec); err != nil {
			g.failed(ctx, c, Failure{Reason: err, Starting: true}, nil)

			return
		}
	} else if !order(ctx.ActorSystem(), c.pid, &actor.Restart{}) {
		return // somebody stopped it meanwhile: the news is on the way
	}

	c.restarts++
	c.begun(time.Now())
	g.tell(ctx, Restarted, c, "")
}
