package actors

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/asynkron/protoactor-go/actor"

	"github.com/troupe-mq/troupe/actors/client"
	"github.com/troupe-mq/troupe/actors/internal/feed"
	"github.com/troupe-mq/troupe/actors/internal/host"
	"github.com/troupe-mq/troupe/actors/internal/resident"
	"github.com/troupe-mq/troupe/actors/internal/survey"
	"github.com/troupe-mq/troupe/actors/report"
	"github.com/troupe-mq/troupe/actors/tap"
	"github.com/troupe-mq/troupe/supervisor"
)

// This file is how taps come and go.

// tapOption is a tap that is there from the start.
type tapOption struct {
	spec    tap.Spec
	produce actor.Producer
}

// WithTap starts a tap with the broker, before anything happens: nothing escapes it. produce makes the actor, and
// makes it anew for each restart. Start returns a tap.ErrSpec if the spec makes no sense, and what the tap panics with
// in produce or in Started.
func WithTap(spec tap.Spec, produce actor.Producer) Option {
	return func(o *options) { o.taps = append(o.taps, tapOption{spec, produce}) }
}

// firstTaps makes the taps that a broker begins with, before anything happens.
func (b *Broker) firstTaps(with []tapOption) (children []supervisor.Spec, all []*resident.Spawned, err error) {
	var feeds []*feed.Feed
	for _, o := range with {
		f, err := b.taps.Reserve(o.spec)
		if err != nil {
			return nil, nil, err
		}
		child, at := b.tapSpec(f, o.produce)
		feeds, children, all = append(feeds, f), append(children, child), append(all, at)
	}
	b.taps.Begin(feeds...)
	return children, all, nil
}

// AddTap starts a tap in a broker that runs. The tap sees what is committed from now on. produce makes the actor,
// and makes it anew for each restart. The error is report.ErrStopped; a tap.ErrSpec that says what is wrong with the
// spec, or that its name is taken; or a *supervisor.Crash if the tap panics in produce or in Started. Then it is not
// there. A tap that takes long to start is not waited for. It must not be called by an actor.
func (b *Broker) AddTap(spec tap.Spec, produce actor.Producer) error {
	if b.asker.Stopped() {
		return report.ErrStopped
	}
	f, err := b.taps.Reserve(spec)
	if err != nil {
		return err
	}
	if err := b.joinTap(f, produce, func() { b.taps.Abandon(f) }); err != nil {
		return err
	}
	b.taps.Begin(f)
	return nil
}

// joinTap has a tap's actor join the others. crashed is called if it panics at first.
func (b *Broker) joinTap(f *feed.Feed, produce actor.Producer, crashed func()) error {
	child, at := b.tapSpec(f, produce)
	if _, err := supervisor.Add(b.host.System, b.host.PID(host.Path(host.Taps)), child, survey.AskWait); err != nil {
		b.taps.Forget(f)
		return at.Because(fmt.Errorf("%w: %w", tap.ErrSpec, err))
	}
	ctx, cancel := context.WithTimeout(context.Background(), survey.AskWait)
	defer cancel()
	if err := at.Await(ctx, b.done); err != nil && !errors.Is(err, context.DeadlineExceeded) {
		crashed()
		return err
	}
	return nil
}

// RemoveTap ends a tap. It waits until the tap has taken what was there before, but no longer than the tap's
// Deadline, or a second if that is more. The error is report.ErrStopped, or a tap.ErrSpec if there is no tap of that
// name. It must not be called by an actor.
func (b *Broker) RemoveTap(name string) error {
	if b.asker.Stopped() {
		return report.ErrStopped
	}
	f := b.taps.Named(name)
	if f == nil {
		return fmt.Errorf("%w: there is none called %q", tap.ErrSpec, name)
	}
	b.taps.Remove(f)
	b.failures.Forget(host.Path(host.Taps, name))
	return nil
}

// ReplaceTap has a tap take the place of the one of the same name, which may have had other subjects, payloads and
// bounds. The old one is given what there was before, and is gone when produce is called; the new one all that comes
// after: no message is for neither. It waits for the old one as RemoveTap does. The error is report.ErrStopped, a
// tap.ErrSpec, or a *supervisor.Crash if the new tap panics at first; it is started again then, as its policy says. It
// must not be called by an actor.
func (b *Broker) ReplaceTap(spec tap.Spec, produce actor.Producer) error {
	if b.asker.Stopped() {
		return report.ErrStopped
	}
	f, err := b.taps.Succeed(spec)
	if err != nil {
		return err
	}
	b.failures.Forget(host.Path(host.Taps, spec.Name))
	return b.joinTap(f, produce, func() {})
}

// Taps says how the broker's taps are doing, in the order in which they were added. It asks no actor.
func (b *Broker) Taps() []tap.Status { return b.taps.Status() }

// tapsSpec: taps are their own business. Whatever becomes of them, the broker goes
// on.
func (b *Broker) tapsSpec(children []supervisor.Spec) supervisor.Spec {
	return supervisor.Sub(supervisor.Options{
		Name: host.Taps, Role: host.Taps, Sink: b.host.Observe, Children: children,
	}, supervisor.Policy{Kind: supervisor.Permanent, Intensity: -1, Backoff: supervisor.Backoff{Min: time.Second}}, host.Mailbox()...)
}

// tapSpec is the actor of a tap, under its group.
func (b *Broker) tapSpec(f *feed.Feed, produce actor.Producer) (supervisor.Spec, *resident.Spawned) {
	at := resident.New(b.clients, f.Spec.Name, host.TapRole)
	return f.Actor(client.Wrap(at, produce), b.env.DeadLetter), at // it may Join
}
