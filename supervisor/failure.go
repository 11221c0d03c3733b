package supervisor

import (
	"errors"
	"time"

	"github.com/asynkron/protoactor-go/actor"
)

// HandleFailure is called from the group's own mailbox when a child has panicked. The child is suspended: it handles
// no message until it is resumed or restarted, but its mailbox keeps what arrives.
func (g *group) HandleFailure(system *actor.ActorSystem, sup actor.Supervisor, pid *actor.PID,
	_ *actor.RestartStatistics, reason, message any,
) {
	ctx, ok := sup.(actor.Context)
	if !ok {
		return // only a group that is no actor, which cannot be
	}

	reason = asError(reason)

	c := g.known(pid)
	ending := g.ending || c.state == Stopping

	switch message.(type) {
	case *actor.Stop:
		g.failedStopping(ctx, c, reason)

		return
	case *actor.Terminated: // the end of its last child is what ends an actor that waits for it
		if _, there := system.ProcessRegistry.Get(pid); ending || !there {
			g.failedStopping(ctx, c, reason)

			return
		}
	}

	if ending {
		return // its end is on the way already
	}

	_, first := message.(*actor.Started)
	_, again := message.(*actor.Restart)
	g.failed(ctx, c, Failure{Reason: reason, Starting: first || again}, message)
}

// known is what is kept of a child; for one that nothing is kept of, what can be said of it all the same.
func (g *group) known(pid *actor.PID) *child {
	if c := g.own[pid.Id]; c != nil {
		return c
	}

	return &child{spec: Spec{Role: g.light[pid.Id].role, Policy: g.lightPolicy()}, pid: pid, seq: g.light[pid.Id].seq, alive: true, state: Running}
}

// lightPolicy is the policy of a child without a record: the group's, if that is Temporary, for what it resumes.
func (g *group) lightPolicy() Policy {
	if g.o.Policy.Kind == Temporary {
		return g.o.Policy
	}

	return Policy{Kind: Temporary}
}

// failed decides about a failure and sees the decision carried out.
func (g *group) failed(ctx actor.Context, c *child, f Failure, message any) {
	now, p := time.Now(), c.spec.Policy

	h := &c.history
	if p.scope() != OneForOne {
		h = &g.history
	}

	f.Rnd = g.o.Rand()
	d := Decide(p, *h, f, now)
	until, waits := g.waits(c)
	waits = waits && d.Directive != Resume && p.Kind != Temporary && (p.Kind == Permanent || !f.Normal)

	switch {
	case waits: // a restart that takes it along is coming: one fault should not be counted twice
		d = Decision{Directive: Restart, Delay: max(0, until.Sub(now)), Reason: "its restart is already ordered"}
	case d.Directive != Resume:
		*h = h.After(p, now)
	}

	var err error
	if !f.Normal {
		err = asError(f.Reason)
		c.last = &Mishap{Time: now, Text: oneLine(err.Error()), Stack: framesOf(err)}
		g.emit(ctx, c.event(Failed, d, err))
	} else if d.Directive == Restart {
		g.emit(ctx, c.event(Stopped, d, nil)) // by itself, and not for long
	}

	if waits {
		c.become(BackingOff, now)

		return
	}

	g.carryOut(ctx, c, d, err, message)
}

// waits reports until when the child is backing off, alone or with the whole group.
func (g *group) waits(c *child) (time.Time, bool) {
	if c.wait.pending() {
		return c.wait.until, true
	}

	return g.all.until, g.all.pending() && c.seq >= g.from
}

func (g *group) carryOut(ctx actor.Context, c *child, d Decision, err error, message any) {
	switch d.Directive {
	case Resume:
		order(ctx.ActorSystem(), c.pid, &actor.ResumeMailbox{})
		g.emit(ctx, c.event(Resumed, d, err))
	case Restart:
		g.backOff(ctx, c, d)
	case Escalate:
		g.escalate(ctx, c, d, err, message)
	default:
		g.halt(ctx, c, d.Reason)

		if d.Scope != OneForOne {
			g.haltWith(ctx, c, d.Scope)
		}
	}
}

// concerned is the first of those that a failure of the child concerns, by seq.
func concerned(c *child, s Scope) (from uint64) {
	if s == RestForOne {
		return c.seq
	}

	return 0
}

// haltWith stops those that stop with a child.
func (g *group) haltWith(ctx actor.Context, failed *child, s Scope) {
	from := concerned(failed, s)
	if g.all.pending() && g.from >= from {
		g.all.cancel()
	}

	for _, c := range g.sorted() {
		if c.seq >= from {
			g.halt(ctx, c, "stopped with "+failed.spec.Name)
		}
	}

	g.haltLight(ctx, from)
}

func (g *group) haltLight(ctx actor.Context, from uint64) {
	for path, c := range g.light {
		if c.seq >= from {
			order(ctx.ActorSystem(), ctx.ActorSystem().NewLocalPID(path), &actor.Stop{})
		}
	}
}

// escalate gives up on a child and fails the group. The child is stopped first: should the parent let the group go on,
// it must not keep a child that is suspended for ever.
func (g *group) escalate(ctx actor.Context, c *child, d Decision, err error, message any) {
	g.halt(ctx, c, d.Reason)

	up := &EscalationError{Path: c.pid.Id, Why: d.Reason, Err: err}
	e := c.event(Escalated, d, err)
	e.Err = up
	e = g.emit(ctx, e)

	if g.o.OnEscalate != nil {
		g.protect(ctx, "escalation handler", func() { g.o.OnEscalate(e) })

		return
	}

	if ctx.Parent() == nil {
		return // the framework would restart the top group, again and again
	}

	if self, ok := ctx.(actor.Supervisor); ok {
		self.EscalateFailure(up, message)

		return
	}

	panic(Fail(up)) // a decorated context: the long way round
}

// event is an event about a failure of the child.
func (c *child) event(what What, d Decision, err error) Event {
	e := Event{
		What: what, Path: c.pid.Id, Role: c.spec.Role, Restarts: c.restarts,
		Directive: d.Directive, Delay: d.Delay, Reason: d.Reason, Err: err,
	}

	if err != nil {
		e.Failure, e.Stack, e.Ordered = err.Error(), framesOf(err), errors.Is(err, ErrOrdered)
		e.Trail = trailOf(err)
		e.GivenUp = d.Directive == Stop && (c.spec.Policy.Kind == Permanent || c.spec.Policy.Kind == Transient)
	}

	return e
}
