package experiments

import (
	"context"
	"sync/atomic"
	"time"

	"github.com/asynkron/protoactor-go/actor"

	"github.com/troupe-mq/troupe/actors"
	"github.com/troupe-mq/troupe/actors/tap"
	"github.com/troupe-mq/troupe/supervisor"
)

// witness is a tap that counts what it is told, in counters that outlive it.
type witness struct{ seen, missed *atomic.Uint64 }

// Receive handles the witness's messages.
func (w *witness) Receive(ctx actor.Context) {
	if b, ok := ctx.Message().(*tap.Batch); ok {
		for r := range b.Records() {
			if r.Kind == tap.Lost {
				w.missed.Add(r.Gap.Count)
			} else {
				w.seen.Add(1)
			}
		}
	}
}

var badTap = Experiment{
	Title: "a tap that misbehaves",
	Expect: "A tap is an actor that is told of every message. One that panics is restarted, and is given again what it " +
		"was in the middle of. One that hangs loses what does not fit into its budget, and is told exactly how much that was. " +
		"Whoever publishes and reads notices nothing. Only a tap that blocks is waited for, by the publishers it is for.",
	run: func(b *bench) {
		broker := b.broker(actors.Config{Partitions: 1})
		var seen, missed atomic.Uint64
		spec := tap.Spec{Name: "witness", Feeds: tap.Commands, MaxBytes: 64 << 10}
		must(broker.AddTap(spec, func() actor.Actor { return &witness{&seen, &missed} }))
		reader, publisher := b.client(broker, "SUB load 1"), b.client(broker)
		sent, came, slowest := 0, 0, time.Duration(0)
		flow := func(messages int) {
			for range messages {
				began := time.Now()
				publisher.say(publish("load", sent, 8))
				if number(reader.message()) == sent {
					came++
				}
				sent, slowest = sent+1, max(slowest, time.Since(began))
			}
		}

		restarts := 0
		for range 3 {
			if panics(broker, "taps/witness").Directive == supervisor.Restart {
				restarts++
			}
			flow(100)
		}
		b.check(restarts == 3 && came == sent, "3 panics, %d restarts; %d of %d messages came meanwhile", restarts, came, sent)

		const hang = 2 * time.Second
		stalled := b.begin(func() {
			_, err := broker.Inject(context.Background(), actors.Fault{Target: "taps/witness", Kind: actors.FaultStall, For: hang})
			must(err)
		})
		until("it loses something", func() bool { flow(100); return broker.Taps()[0].Lost > 0 })
		<-stalled
		b.check(came == sent && slowest < hang, "it hangs for %s; %d of %d messages came, in %s at most",
			hang, came, sent, slowest.Round(10*time.Microsecond))
		until("all is known", func() bool { return int(seen.Load()+missed.Load()) == sent })
		b.check(true, "%d messages sent = %d seen + %d that it was told it had missed", sent, seen.Load(), missed.Load())
		must(broker.RemoveTap("witness"))

		b.blocks(broker, publisher)
	},
}

// blocks has a publisher wait for a tap.
func (b *bench) blocks(broker *actors.Broker, publisher *client) {
	var seen, missed atomic.Uint64
	spec := tap.Spec{Name: "notary", Feeds: tap.Commands, Policy: tap.Block, Deadline: 100 * time.Millisecond}
	must(broker.AddTap(spec, func() actor.Actor { return &witness{&seen, &missed} }))
	stalled := b.begin(func() {
		_, err := broker.Inject(context.Background(), actors.Fault{Target: "taps/notary", Kind: actors.FaultStall, For: time.Second})
		must(err)
	})
	acknowledged := uint64(0)
	refusal := ""
	for refusal == "" { // it hangs from some moment on
		publisher.say(publish("nobody", 0, 8), "PING")
		if line := publisher.line(); line == "PONG" {
			acknowledged++
		} else {
			refusal = line
			publisher.line() // the PONG behind it
		}
	}
	b.check(true, "a tap that blocks hangs, and its publisher hears %s", refusal)
	<-stalled
	until("it has come back", func() bool { return broker.Taps()[0].Records == 0 })
	publisher.say(publish("nobody", 0, 8))
	publisher.fence()
	acknowledged++
	b.check(seen.Load() >= acknowledged, "%d messages were acknowledged, and it has them: %t", acknowledged, seen.Load() >= acknowledged)
}
