package experiments

import (
	"context"
	"runtime"
	"strings"
	"time"

	"github.com/troupe-mq/troupe/actors"
	"github.com/troupe-mq/troupe/actors/report"
)

var parserPanics = Experiment{
	Title: "a connection panics where it parses",
	Expect: "The connection closes, for nobody can know what its client has half said. " +
		"Its siblings do not notice: same connections, no message lost.",
	run: func(b *bench) {
		broker := b.broker(actors.Config{Partitions: 2})
		var siblings []*client
		for range 20 {
			siblings = append(siblings, b.client(broker, "SUB news 1"))
		}
		publisher, victim := b.client(broker), b.client(broker, "SUB news 1")
		const each = 200
		rep := report.Fault{}
		for n := range each {
			publisher.say(publish("news", n, 4))
			if n == each/2 {
				rep = panics(broker, victim.path())
			}
		}
		b.note("%s: %s, after %s", victim.path(), rep.Directive, rep.Away)
		b.check(rep.Gone, "the connection is gone")
		got := 0
		for _, s := range siblings {
			for n := range each {
				if number(s.message()) == n {
					got++
				}
			}
		}
		b.check(got == each*len(siblings), "%d siblings have got %d of %d messages, in order", len(siblings), got, each*len(siblings))
		closed, err := broker.Connections(context.Background(), report.ConnectionQuery{State: report.ClosedConnections})
		must(err)
		b.check(closed.Total == 1 && closed.Connections[0].Reason == report.InternalError,
			"connections closed: %d, with the reason %q", closed.Total, closed.Connections[0].Reason)
		l, balanced := settled(broker)
		b.check(balanced, "the ledger: %d copies = %d delivered + dropped with the victim: %v", l.Copies, l.Delivered, l.Dropped)
	},
}

// usage is what a process holds.
type usage struct{ goroutines, heap, actors int }

// lingering is for how long timers keep a connection in memory that has ended.
const lingering = 2500 * time.Millisecond

// noise is how many KiB make no difference. Four thousand connections that are
// not let go would be five times as many.
const noise = 2 << 10

// rest waits for so long. The clients have to listen, or they would be evicted as
// slow consumers when the broker asks them whether they are there.
func rest(clients ...*client) {
	again, over := time.NewTicker(100*time.Millisecond), time.After(lingering)
	defer again.Stop()
	for {
		select {
		case <-again.C:
			for _, c := range clients {
				c.fence()
			}
		case <-over:
			return
		}
	}
}

// use measures it, when the actors of connections that have ended are gone.
func use(broker *actors.Broker, connections int) (u usage) {
	until("the last connection has gone", func() bool {
		tree, err := broker.Tree(-1)
		must(err)
		u.actors = 1
		for _, group := range tree.Children {
			u.actors += 1 + group.ChildCount
		}
		for _, group := range tree.Children {
			if strings.HasSuffix(group.Path, "/connections") {
				return group.ChildCount == connections
			}
		}
		return false
	})
	var m runtime.MemStats
	for range 2 { // the first only empties the pools
		runtime.GC()
	}
	runtime.ReadMemStats(&m)
	u.goroutines, u.heap = runtime.NumGoroutine(), int(m.HeapAlloc>>10)
	return u
}

var tenThousandPanics = Experiment{
	Title: "ten thousand panics",
	Expect: "No growth: as many actors and goroutines as before. The memory grows by what is remembered of the last " +
		"10,000 closed connections and 1,000 events, and no more when that is full.",
	run: func(b *bench) {
		broker := b.broker(actors.Config{Partitions: 1, WriteDeadline: lingering - 500*time.Millisecond})
		reader, publisher := b.client(broker, "SUB news 1"), b.client(broker)
		strike := func(times int) {
			for n := range times {
				victim := connect(broker)
				if r := panics(broker, victim.path()); !r.Gone {
					b.check(false, "%s survived", victim.path())
				}
				victim.Close()
				if n%100 == 0 {
					publisher.say(publish("news", n, 6))
					publisher.fence()
					if number(reader.message()) != n {
						b.check(false, "message %d is lost", n)
					}
				}
			}
		}
		strike(100)
		before := use(broker, 2)
		strike(10_000)
		rest(reader, publisher)
		filled := use(broker, 2)
		strike(4_000)
		after := filled
		for n := 0; n < 4 && (n == 0 || after.heap-filled.heap > noise); n++ {
			rest(reader, publisher) // timers that ran when it was measured keep some longer
			after = use(broker, 2)
		}
		for _, u := range []struct {
			when string
			usage
		}{{"before", before}, {"after 10,000", filled}, {"after 14,000", after}} {
			b.note("%-13s %3d actors, %3d goroutines, %6d KiB in use", u.when, u.actors, u.goroutines, u.heap)
		}
		b.check(after.actors == before.actors, "no more actors")
		b.check(after.goroutines <= before.goroutines+5, "no more goroutines")
		b.check(filled.heap-before.heap < 32<<10, "memory for what is remembered: less than 32 MiB")
		b.check(after.heap-filled.heap <= noise, "no more memory once that is full")
		b.check(true, "the two who went on talking lost nothing")
	},
}
