package supervisor

import (
	"errors"
	"math/rand/v2"
	"time"

	"github.com/asynkron/protoactor-go/actor"
)

// What a group answers when it cannot do what it is asked.
var (
	ErrNoProps = errors.New("supervisor: a child needs props")
	ErrNoChild = errors.New("supervisor: no such child")
	ErrEnding  = errors.New("supervisor: the group is ending")
)

// maxGraves is how many stopped children a group still shows. Without a bound, children with ever new names would
// fill the memory with their tombstones.
const maxGraves = 64

// Options describe a group. Its functions are called from the group's own mailbox: they must not block. What Sink and
// OnEscalate panic with is logged and otherwise ignored.
type Options struct {
	Name   string // used by Root and Sub
	Role   string
	Policy Policy // of children that bring none; DefaultPolicy if its Kind is empty

	// Children are started in this order, each time the group starts.
	Children []Spec

	// Sink is given every event of this group (not of the groups below, which have their own). It may be nil.
	Sink func(Event)

	// OnEscalate takes an escalation that would otherwise go to the group's parent: the group lives on without the
	// child. A group without a parent never fails by escalating, with or without a handler.
	OnEscalate func(Event)

	// Rand in [0,1) is the randomness of the back-off; rand.Float64 if nil.
	Rand func() float64
}

// group is the supervisor: an actor whose only work is its children. It is its own supervisor strategy, so failures
// come to its mailbox like messages and its state has one owner.
type group struct {
	o     Options
	since time.Time

	own    map[string]*child     // by path; children that have something worth keeping
	light  map[string]lightChild // by path, for the many that have not
	graves []string              // paths of those in own that are Down, oldest first
	seq    uint64

	// all is the back-off of the whole group, or of its children from a seq on; history is that of failures that concern
	// more than the child.
	all     wait
	from    uint64
	history History

	stuck  map[string]int // children that failed while stopping: how often they have been helped
	ending bool
}

// lightChild is what a group keeps of a child that needs no record.
type lightChild struct {
	role string
	seq  uint64
}

// child is what a group keeps of one child.
type child struct {
	spec     Spec // with name and policy filled in
	pid      *actor.PID
	seq      uint64
	alive    bool
	state    State
	since    time.Time
	restarts int
	history  History
	last     *Mishap
	wait     wait
	why      string       // it is Stopping or Down
	forget   bool         // once it has stopped
	mourners []*actor.PID // are told then
}

// wait is a back-off. The turn tells a timer's message that came too late from the one that is waited for.
type wait struct {
	timer *time.Timer
	turn  uint64
	until time.Time
}

func (w *wait) pending() bool { return w.timer != nil }

func (w *wait) cancel() {
	if w.timer != nil {
		w.timer.Stop()
	}

	*w = wait{turn: w.turn + 1}
}

var _ actor.SupervisorStrategy = (*group)(nil)

// NewGroup makes a group, for actor.PropsFromProducer. The producer must make a new one each time: a restarted group
// starts with nothing but its Options.
func NewGroup(o Options) actor.Actor {
	o.Policy = o.Policy.or(DefaultPolicy())
	if o.Rand == nil {
		o.Rand = rand.Float64
	}

	return &group{
		o:     o,
		own:   make(map[string]*child),
		light: make(map[string]lightChild),
		stuck: make(map[string]int),
	}
}

// Receive is the group's mailbox. Failures do not come here but to HandleFailure, from the same mailbox.
func (g *group) Receive(ctx actor.Context) {
	switch m := ctx.Message().(type) {
	case *actor.Started:
		g.start(ctx)
	case *actor.Stopping, *actor.Restarting:
		g.end()
	case *actor.Terminated:
		g.terminated(ctx, m.Who)
	case Message:
		g.asked(ctx, m)
	}
}

func (g *group) asked(ctx actor.Context, m Message) {
	switch m := m.(type) {
	case Spawn:
		g.spawn(ctx, m.Spec)
	case Remove:
		g.remove(ctx, m)
	case Describe:
		g.describe(ctx, m)
	case due:
		g.due(ctx, m)
	case overdue:
		g.overdue(ctx, m.pid)
	}
}

func (g *group) start(ctx actor.Context) {
	g.since = time.Now()

	for _, s := range g.o.Children {
		_, err := g.add(ctx, s)

		if crash, ok := errors.AsType[*spawnError](err); ok { // its policy says what to do about it
			g.failed(ctx, crash.child, Failure{Reason: crash.err, Starting: true}, nil)
		} else if err != nil {
			g.lost(ctx, s, err)
		}
	}
}

// end runs when the group stops or restarts: the framework stops the children, so nothing may start one any more.
func (g *group) end() {
	g.ending = true
	g.all.cancel()

	for _, c := range g.own {
		c.wait.cancel()
	}
}

func (g *group) spawn(ctx actor.Context, s Spec) {
	var pid *actor.PID

	err := ErrEnding
	if !g.ending {
		pid, err = g.add(ctx, s)
	}

	switch {
	case err == nil && ctx.Sender() != nil:
		ctx.Respond(pid)
	case err != nil && ctx.Sender() != nil:
		g.drop(err)
		ctx.Respond(err)
	case err != nil:
		g.drop(err)
		g.lost(ctx, s, err)
	}
}

// lost tells of a child that could not even be spawned, and of which nothing is kept.
func (g *group) lost(ctx actor.Context, s Spec, err error) {
	g.emit(ctx, Event{
		What: Failed, Path: ctx.Self().Id + "/" + s.Name, Role: s.Role, Directive: Stop,
		Failure: err.Error(), Stack: framesOf(err), Err: err, Reason: "could not be spawned",
	})
}

func (g *group) remove(ctx actor.Context, m Remove) {
	path := ctx.Self().Id + "/" + m.Name
	pid := ctx.ActorSystem().NewLocalPID(path)

	c := g.own[path]
	_, light := g.light[path]

	switch {
	case c != nil:
		c.forget = true

		if m.Gone && ctx.Sender() != nil {
			c.mourners = append(c.mourners, ctx.Sender())
		}

		g.halt(ctx, c, "removed")

		if m.Gone {
			return
		}
	case light:
		order(ctx.ActorSystem(), pid, &actor.Stop{})
	case ctx.Sender() != nil:
		ctx.Respond(ErrNoChild)

		return
	}

	if ctx.Sender() != nil {
		ctx.Respond(pid)
	}
}

// emit completes an event and hands it to the sink.
func (g *group) emit(ctx actor.Context, e Event) Event {
	e.Time = time.Now()

	if g.o.Sink != nil {
		g.protect(ctx, "sink", func() { g.o.Sink(e) })
	}

	return e
}

// protect calls a function that was handed in. Its panic must not become the group's: all children would pay.
func (g *group) protect(ctx actor.Context, what string, fn func()) {
	defer func() {
		if r := recover(); r != nil {
			reportTo(ctx.Logger(), nil, ctx.Self().Id+" "+what, Caught(r))
		}
	}()

	fn()
}
