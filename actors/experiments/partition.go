package experiments

import (
	"context"
	"strconv"
	"time"

	"github.com/troupe-mq/troupe/actors/report"

	"github.com/troupe-mq/troupe/actors"
	"github.com/troupe-mq/troupe/supervisor"
)

var partitionPanics = Experiment{
	Title: "a partition panics under load",
	Expect: "It is restarted at once and asks every connection for its subscriptions; what is published meanwhile waits. " +
		"No client does anything, no message is lost but one that was itself the poison (here it is the fault), and the gap is milliseconds.",
	run: func(b *bench) {
		broker := b.broker(actors.Config{Partitions: 1})
		for n := range 200 { // others, whose subscriptions have to come back too
			b.client(broker, "SUB other."+strconv.Itoa(n)+" 1", "SUB other.> 2")
		}
		reader, publisher := b.client(broker, "SUB load 1"), b.client(broker)

		const crashes = 10
		var reports []report.Fault
		injected := b.begin(func() {
			pause := time.NewTicker(30 * time.Millisecond)
			defer pause.Stop()
			for range crashes {
				<-pause.C
				reports = append(reports, panics(broker, "partitions/part-0"))
			}
		})
		sent := make(chan int, 1)
		b.begin(func() {
			n := 0
			for open := true; open; n++ {
				select {
				case <-injected:
					open = false
				default:
				}
				publisher.say(publish("load", n, 8))
			}
			sent <- n
			publisher.say("PUB load 2", "-1")
		})

		got, inOrder, gap := 0, true, time.Duration(0)
		for last := time.Now(); ; got++ {
			n := number(reader.message())
			now := time.Now()
			gap, last = max(gap, now.Sub(last)), now
			if n < 0 {
				break
			}
			inOrder = inOrder && n == got
		}
		total, away, restarts := <-sent, time.Duration(0), 0
		for _, r := range reports {
			away = max(away, r.Away)
			if r.Directive == supervisor.Restart && !r.Gone {
				restarts++
			}
		}
		b.check(restarts == crashes, "%d panics, %d restarts", crashes, restarts)
		b.check(got == total && inOrder, "%d messages sent, %d received, in order: %t", total, got, inOrder)
		b.check(away < time.Second, "the partition was away for %s at most", away.Round(10*time.Microsecond))
		b.check(gap < time.Second, "the longest gap between two messages was %s", gap.Round(10*time.Microsecond))
		found, err := broker.Subscribers(context.Background(), "", "other.7")
		must(err)
		b.check(len(found) == 201, "%d of 201 subscriptions to a subject that nobody uses are back", len(found))
		l, balanced := settled(broker)
		b.check(balanced && l.Refused == 0 && len(l.Dropped) == 0, "the ledger: nothing refused, nothing dropped")
	},
}
