package supervisor

import (
	"cmp"
	"errors"
	"maps"
	"slices"
	"time"

	"github.com/asynkron/protoactor-go/actor"
)

// spawnError is the error of a child whose producer panicked: it is known, but there is no actor.
type spawnError struct {
	child *child
	err   error
}

func (e *spawnError) Error() string { return "could not be spawned: " + e.err.Error() }
func (e *spawnError) Unwrap() error { return e.err }

// add spawns a child and keeps what is worth keeping of it.
func (g *group) add(ctx actor.Context, s Spec) (*actor.PID, error) {
	if s.Props == nil {
		return nil, ErrNoProps
	}

	s.Policy = s.Policy.or(g.o.Policy)
	if s.Name == "" {
		s.Name = s.Role + ctx.ActorSystem().ProcessRegistry.NextId()
	}

	path := ctx.Self().Id + "/" + s.Name

	if old := g.own[path]; old != nil {
		if old.state != Down {
			return nil, actor.ErrNameExists
		}

		g.unbury(path)
	}

	pid, err := incarnate(ctx, s)
	if errors.Is(err, actor.ErrNameExists) {
		return nil, err
	}

	g.seq++

	if err == nil && isLight(s) {
		g.light[pid.Id] = lightChild{role: s.Role, seq: g.seq} // the same path, which is there already

		return pid, nil
	}

	c := &child{spec: s, pid: ctx.ActorSystem().NewLocalPID(path), seq: g.seq}
	g.own[path] = c

	if err != nil {
		return nil, &spawnError{child: c, err: err}
	}

	c.begun(time.Now())
	g.tell(ctx, Started, c, "")

	return pid, nil
}

// drop forgets a child that could not be spawned, where nobody wants its policy applied.
func (g *group) drop(err error) {
	if e, ok := errors.AsType[*spawnError](err); ok {
		delete(g.own, e.child.pid.Id)
	}
}

// incarnate spawns the actor. A producer runs in the group's own mailbox: its panic must stay the child's.
func incarnate(ctx actor.Context, s Spec) (pid *actor.PID, err error) {
	defer func() {
		if r := recover(); r != nil {
			err = Caught(r)
		}
	}()

	if s.Before != nil {
		s.Before()
	}

	return ctx.SpawnNamed(s.Props, s.Name)
}

// isLight reports whether a child needs no record. A Temporary child has no history, for its first failure is its
// last, and there may be many thousands of them.
func isLight(s Spec) bool {
	return s.Policy.Kind == Temporary && s.Gauge == nil && !s.Describes
}

// begun notes that the child runs.
func (c *child) begun(now time.Time) {
	c.alive = true
	c.state, c.since = Running, now
	c.history = c.history.Started(now)
}

func (c *child) become(s State, now time.Time) {
	if c.state != s {
		c.state, c.since = s, now
	}
}

// sorted are the kept children in the order in which they were first started.
func (g *group) sorted() []*child {
	return slices.SortedFunc(maps.Values(g.own), func(a, b *child) int { return cmp.Compare(a.seq, b.seq) })
}

// terminated runs when a child is gone, whoever wanted it.
func (g *group) terminated(ctx actor.Context, pid *actor.PID) {
	delete(g.light, pid.Id)
	delete(g.stuck, pid.Id)

	c := g.own[pid.Id]
	if c == nil || !c.alive {
		return
	}

	c.alive = false
	c.wait.cancel()

	switch {
	case g.ending:
		delete(g.own, pid.Id)
	case c.state == Stopping:
		g.gone(ctx, c)
	default: // nobody here told it to
		g.failed(ctx, c, Failure{Normal: true}, nil)
	}
}

// halt stops a child because the group wants it gone.
func (g *group) halt(ctx actor.Context, c *child, why string) {
	c.wait.cancel()

	if c.state == Stopping || c.state == Down && !c.forget {
		return
	}

	c.why = why
	c.become(Stopping, time.Now())

	if !c.alive {
		g.gone(ctx, c)

		return
	}

	order(ctx.ActorSystem(), c.pid, &actor.Stop{})
}

// gone notes that a child is no more. Those that should have lived on are still shown, and why they do not.
func (g *group) gone(ctx actor.Context, c *child) {
	if c.spec.Policy.Kind != Temporary {
		g.tell(ctx, Stopped, c, c.why)
	}

	if c.forget || c.spec.Policy.Kind == Temporary {
		g.unbury(c.pid.Id)

		for _, who := range c.mourners {
			ctx.Send(who, c.pid)
		}

		return
	}

	c.become(Down, time.Now())
	g.graves = append(g.graves, c.pid.Id)

	if len(g.graves) > maxGraves {
		g.unbury(g.graves[0])
	}
}

// unbury forgets a child, and its grave if it has one.
func (g *group) unbury(path string) {
	delete(g.own, path)

	if i := slices.Index(g.graves, path); i >= 0 {
		g.graves = slices.Delete(g.graves, i, i+1)
	}
}

// tell emits an event about a child in which nothing failed.
func (g *group) tell(ctx actor.Context, what What, c *child, reason string) {
	if c.spec.Policy.Kind == Temporary {
		return
	}

	g.emit(ctx, Event{What: what, Path: c.pid.Id, Role: c.spec.Role, Reason: reason, Restarts: c.restarts})
}

// order gives a child a command of the framework. One that is already gone gets nothing: a command for the dead would
// only become a dead letter.
func order(system *actor.ActorSystem, pid *actor.PID, command any) bool {
	p, ok := system.ProcessRegistry.Get(pid)
	if ok {
		p.SendSystemMessage(pid, command)
	}

	return ok
}
