package experiments

import (
	"context"
	"errors"
	"slices"
	"strings"
	"time"

	"github.com/troupe-mq/troupe/actors/config"

	"github.com/troupe-mq/troupe/actors"
	"github.com/troupe-mq/troupe/actors/report"
	"github.com/troupe-mq/troupe/supervisor"
)

// What the slow one may have waiting, and what it is sent.
const (
	slowLimit = 1 << 20
	slowSize  = 10_000
)

// pending publishes a message and says how much then waits for a connection; ok
// is false if it is gone.
func pending(broker *actors.Broker, publisher *client, n int, cid uint64) (bytes int, ok bool) {
	publisher.say(publish("news", n, slowSize))
	publisher.fence()
	page, err := broker.Connections(context.Background(), report.ConnectionQuery{CID: cid})
	must(err)
	if len(page.Connections) == 0 {
		return 0, false
	}
	return page.Connections[0].PendingBytes, true
}

var slowConsumer = Experiment{
	Title: "a slow consumer is evicted",
	Expect: "Events when 50, 75 and 100 % of max_pending wait, then the eviction with its reason. " +
		"The publisher is not held up, and whoever reads gets everything.",
	run: func(b *bench) {
		broker := b.broker(actors.Config{Partitions: 1, MaxPending: slowLimit})
		slow, reader, publisher := b.client(broker, "SUB news 1"), b.client(broker, "SUB news 1"), b.client(broker)
		const messages = 2 * slowLimit / slowSize
		got := 0
		all := b.begin(func() {
			for ; got < messages && number(reader.message()) == got; got++ {
			}
		})
		most := 0
		for n := range messages {
			bytes, _ := pending(broker, publisher, n, slow.cid)
			most = max(most, bytes)
		}
		<-all
		b.note("at most %d KiB of %d KiB waited", most>>10, slowLimit>>10)
		var levels []string
		why := new(report.SlowConsumerError)
		evicted := supervisor.Event{}
		until("it is evicted", func() bool {
			events, err := broker.History(context.Background(), 0)
			must(err)
			levels = nil
			for _, e := range slices.Backward(events) {
				switch {
				case e.What == "pressure" && strings.HasSuffix(e.Path, slow.path()):
					level, _, _ := strings.Cut(e.Reason, " ")
					levels = append(levels, level)
				case errors.As(e.Err, &why):
					evicted = e
				}
			}
			return evicted.What != ""
		})
		b.check(slices.Equal(levels, []string{"50%", "75%", "100%"}), "pressure events: %v", levels)
		b.check(why.Reason == report.SlowConsumerPendingBytes && evicted.Directive == supervisor.Stop,
			"the supervisor says %s: %s", evicted.Directive, why)
		b.check(got == messages, "the one who reads has got %d of %d messages, in order", got, messages)
		l, balanced := settled(broker)
		b.check(balanced, "the ledger: %d copies = %d delivered + dropped: %v", l.Copies, l.Delivered, l.Dropped)
	},
}

var dropOld = Experiment{
	Title: "a slow consumer under drop_old",
	Expect: "What waits stays under max_pending, the connection stays open, the newest messages are there, and the " +
		"ledger knows exactly how many were dropped.",
	run: func(b *bench) {
		broker := b.broker(actors.Config{Partitions: 1, MaxPending: slowLimit, Overrun: config.OverrunDropOld})
		slow, publisher := b.client(broker, "SUB news 1"), b.client(broker)
		const messages = 5 * slowLimit / slowSize
		most, open := 0, true
		for n := range messages {
			bytes, ok := pending(broker, publisher, n, slow.cid)
			most, open = max(most, bytes), open && ok
		}
		const oneMore = 2 * slowSize // what has just come, and is about to be dropped
		b.check(most <= slowLimit+oneMore, "at most %d KiB of %d KiB waited", most>>10, slowLimit>>10)
		b.check(open, "the connection is still open")

		slow.say("PING") // the PONG will stand behind all that waits
		read, newest := 0, -1
		inOrder := true
		for line := slow.line(); line != "PONG"; line = slow.line() {
			n := number(slow.line()) // what the MSG line announced
			inOrder = inOrder && n > newest
			read, newest = read+1, n
		}
		l, balanced := settled(broker)
		dropped := int(l.Dropped["overrun"])
		b.check(newest == messages-1 && inOrder, "it wakes up and reads %d messages, in order, the last of them number %d", read, newest)
		b.check(read+dropped == messages, "read %d + dropped %d = sent %d", read, dropped, messages)
		b.check(balanced, "the ledger: %d copies = %d delivered + dropped: %v", l.Copies, l.Delivered, l.Dropped)
	},
}

// soon is how fast the news of an end has to be there.
const soon = 500 * time.Millisecond
