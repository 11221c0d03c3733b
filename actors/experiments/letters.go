package experiments

import (
	"context"
	"errors"
	"strings"

	"github.com/troupe-mq/troupe/actors"
)

var deadLetters = Experiment{
	Title: "dead letters",
	Expect: "What is published to nobody, and what was on its way to somebody who is gone, is counted and not just " +
		"lost: every message and every copy is in the ledger, with the reason.",
	run: func(b *bench) {
		broker := b.broker(actors.Config{Partitions: 1})
		publisher, deaf := b.client(broker, "SUB inbox 9"), b.client(broker, "SUB news 1")
		const messages = 100
		for n := range messages {
			publisher.say(publish("nobody", n, 4))
		}
		publisher.fence()
		l, _ := settled(broker)
		b.check(l.In == messages && l.NoInterest == messages, "published to nobody: %d, and the ledger has %d without interest", messages, l.NoInterest)

		publisher.say("PUB nobody inbox 4", "help")
		head := publisher.line()
		b.check(strings.HasPrefix(head, "HMSG inbox 9"), "a request to nobody is answered: %s", head)
		for range 4 { // status, Nats-Subject, the end of the headers, and the payload: all but the head
			publisher.line()
		}

		for n := range messages {
			publisher.say(publish("news", n, 4))
		}
		publisher.fence()
		r := panics(broker, deaf.path())
		l, balanced := settled(broker)
		b.check(r.Gone && l.Copies == messages, "%d messages were on their way to a client that crashes: %v, and %d had been written",
			messages, l.Dropped, l.Delivered)
		b.check(balanced, "%d copies = delivered + dropped", l.Copies)
		b.check(l.In == l.Routed+l.NoInterest+l.Refused, "%d messages = %d routed + %d without interest + %d refused", l.In, l.Routed, l.NoInterest, l.Refused)

		_, err := broker.Inject(context.Background(), actors.Fault{Target: deaf.path(), Kind: actors.FaultPanic})
		b.check(errors.Is(err, actors.ErrFault), "a fault for the one that is gone: %v", err)
	},
}
