package actors

import (
	"context"
	"fmt"
	"net/netip"
	"strings"
	"time"

	"github.com/asynkron/protoactor-go/actor"
	"github.com/hashicorp/go-hclog"

	"github.com/troupe-mq/troupe/actors/internal/history"
	"github.com/troupe-mq/troupe/actors/internal/host"
	"github.com/troupe-mq/troupe/actors/internal/lab"
	"github.com/troupe-mq/troupe/actors/internal/pressure"
	"github.com/troupe-mq/troupe/actors/internal/resident"
	"github.com/troupe-mq/troupe/actors/internal/survey"
	"github.com/troupe-mq/troupe/actors/tap"
	"github.com/troupe-mq/troupe/supervisor"
)

// This file is the tree of actors: who is there, and what becomes of whoever fails.

// grow spawns the tree: partitions first, then whoever needs them.
func (b *Broker) grow(ctx context.Context, with options) error {
	taps, listening, err := b.firstTaps(with.taps)
	if err != nil {
		return err
	}
	actors, spawned := b.spawnSpecs(with.actors)
	spawned = append(listening, spawned...)
	children := []supervisor.Spec{
		b.monitorSpec(), // first, to see the others start
		b.keeperSpec(),
		b.partitionsSpec(),
		b.connectionsSpec(),
		b.links.Spec(b.mesh.Specs()...),
		b.tapsSpec(taps), // who may join at once; their feeds are there already
		b.actorsSpec(actors),
	}
	b.root, err = supervisor.Root(b.host.System, supervisor.Options{
		Name:       host.Root,
		Role:       "broker",
		Children:   children,
		Sink:       b.host.Observe,
		OnEscalate: b.giveUp,
	}, host.Mailbox()...)
	if err != nil {
		return fmt.Errorf("troupe: %w", err)
	}
	if err := b.letIn(ctx, spawned, with.before); err != nil {
		b.stopNow()
		return err
	}
	return nil
}

// letIn starts the listeners, when all is there that clients may count on.
func (b *Broker) letIn(ctx context.Context, spawned []*resident.Spawned, first []before) error {
	for _, at := range spawned {
		if err := at.Await(ctx, b.done); err != nil {
			return err
		}
	}
	for _, do := range first {
		if err := do(ctx, b); err != nil {
			return err
		}
	}
	b.links.Apply(configOwner, b.uplinks(b.config().LeafNodes)) // whoever is to hear of them is there
	b.awaitLinks(ctx)
	if _, err := supervisor.Add(b.host.System, b.root, b.listeners.Group(b.endpoints.Listening()), survey.AskWait); err != nil {
		return fmt.Errorf("troupe: %w", err)
	}
	return nil
}

// keeperSpec: the keeper of the budget knows only what it is told, and a new one
// is told again by every outbox that changes; it can be started at any time.
func (b *Broker) keeperSpec() supervisor.Spec {
	return host.Gauged(supervisor.Spec{
		Name:   host.Budget,
		Role:   "keeper",
		Policy: supervisor.Policy{Kind: supervisor.Permanent, Intensity: -1, Backoff: supervisor.Backoff{Min: 10 * time.Millisecond, Max: time.Second}},
	}, lab.Obedient(func() actor.Actor { return pressure.NewKeeper(b.budget) }))
}

// connectionsSpec: a connection is never restarted. Its socket is in the middle
// of something that nobody else remembers; its client connects again.
func (b *Broker) connectionsSpec() supervisor.Spec {
	return supervisor.Sub(supervisor.Options{
		Name:   host.Connections,
		Role:   "connections",
		Sink:   b.host.Observe,
		Policy: supervisor.Policy{Kind: supervisor.Temporary},
	}, supervisor.Policy{Kind: supervisor.Permanent, Exceeded: supervisor.Escalate}, host.Mailbox()...)
}

// monitorSpec: who only watches is started again with patience and for ever, and
// is never a reason to stop the broker.
func (b *Broker) monitorSpec() supervisor.Spec {
	return supervisor.Sub(supervisor.Options{
		Name: host.Monitor,
		Role: "monitor",
		Sink: b.host.Observe,
		Policy: supervisor.Policy{
			Kind:      supervisor.Permanent,
			Intensity: -1,
			Backoff:   supervisor.Backoff{Min: 100 * time.Millisecond, Max: 10 * time.Second, Jitter: 0.1},
		},
		Children: []supervisor.Spec{
			host.Gauged(supervisor.Spec{Name: host.History, Role: "history"}, lab.Obedient(history.New)),
			host.Gauged(supervisor.Spec{Name: host.Closed, Role: "closed-connections"},
				lab.Obedient(func() actor.Actor { return history.NewClosed(func() int { return b.settings.Load().MaxClosedClients }) })),
		},
	}, supervisor.Policy{Kind: supervisor.Permanent, Intensity: -1, Backoff: supervisor.Backoff{Min: time.Second}}, host.Mailbox()...)
}

// observe is given every event of the tree.
func (b *Broker) observe(e supervisor.Event) {
	b.host.Send(b.host.PID(host.Path(host.Monitor, host.History)), &history.Happened{Event: e})
	b.taps.Tell(tap.Record{Kind: tap.Supervision, Time: e.Time, Supervision: &e})
	if e.Role == host.TapRole && e.What == supervisor.Failed && e.Directive == supervisor.Stop {
		b.taps.Failed(e)
	}
	b.logEvent(e)
	b.failures.Note(e)
}

// logEvent writes an event down: in one line for people, and with the stack for those who
// debug.
func (b *Broker) logEvent(e supervisor.Event) {
	log, text := b.host.LoggerOf(e.Path), "actor "+string(e.What)
	failed := e.What == supervisor.Failed || e.What == supervisor.Escalated
	told := e.Role == host.ConnectionRole && len(e.Stack) == 0 // evicted on purpose: the connection has said why
	level := hclog.Warn
	switch {
	case e.GivenUp:
		level, text = hclog.Error, "actor given up"
	case !failed || told:
		level = hclog.NoLevel
	}
	if level != hclog.NoLevel && b.host.Allowed(level, text+": "+e.Role, e.Time) {
		var last []any
		if len(e.Trail) > 0 {
			last = []any{"trail", strings.Join(e.Trail, "; ")}
		}
		log.Log(level, e.String(), last...)
	}
	log.Debug(text, e.Pairs()...)
}

// giveUp is told when a part of the tree could not be kept running.
func (b *Broker) giveUp(e supervisor.Event) {
	b.host.Logger.Error("giving up", e.Pairs()...)
	b.failed = e.Err
	b.host.Spawn("last stop", b.stopNow)
}

// deadLetter is told of what was sent to an actor that is gone.
func (b *Broker) deadLetter(event any) {
	if e, ok := event.(*actor.DeadLetterEvent); ok {
		b.env.DeadLetter(e.Message)
	}
}

// left is told when a connection has ended.
func (b *Broker) left(from netip.Addr, hadPlace, internal bool) {
	b.listeners.Admission.Leave(from)
	if hadPlace && b.counters.External.Add(-1) == 0 {
		remind(b.deserted)
	}
	if !internal && b.counters.Connections.Add(-1) == 0 {
		remind(b.empty)
	}
}

// remind tells the one who waits for it, now or later, that it is time to look.
func remind(whom chan<- struct{}) {
	select {
	case whom <- struct{}{}:
	default:
	}
}
