package chaos_test

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"

	"github.com/troupe-mq/troupe/actors"
	"github.com/troupe-mq/troupe/actors/report"
	"github.com/troupe-mq/troupe/supervisor"
)

// TestBadActors: an actor of others that panics on each message, or hangs, is
// noticed by none of its neighbours, though it subscribes to all that they send.
func TestBadActors(t *testing.T) {
	for _, does := range []Misdeed{panics, hangs} {
		t.Run(string(does), func(t *testing.T) {
			inShort(t)
			b := start(t, actors.Config{PingInterval: time.Hour})
			crowd := begin(t, b, scale(1000, 200), "ring.a", "ring.b", "ring.c")
			stream := b.stream(t, "", "through.put", "0123456789abcdef")
			bad := BadActor{Name: "bad", Pattern: "ring.*", Does: does}
			stream.alternate(scale(30, 1), scale(2*time.Second, 50*time.Millisecond),
				func() { ask[Nothing](b, "AddActor", bad) },
				func() { b.removeActor(bad.Name) },
			).judge(t, "beside an actor that "+string(does))
			t.Logf("%d messages and %d of the stream, none lost, duplicated or reordered", crowd.end(), stream.end())
			failures := 0
			for _, e := range ask[[]supervisor.Event](b, "History", Nothing{}) {
				if e.Path == "troupe/actors/bad" && e.What == supervisor.Failed {
					failures++
				}
			}
			t.Logf("it failed %d times, as far as is remembered", failures)
			assert.Equal(t, does == panics, failures > 0)
		})
	}
}

// removeActor takes an actor out, and waits until its name is free.
func (b *broker) removeActor(name string) {
	b.t.Helper()
	before := ask[State](b, "State", false).Actors
	ask[Nothing](b, "RemoveActor", name)
	eventually(b.t, func() bool { return ask[State](b, "State", false).Actors < before }, "it has ended")
}

// TestActorFloods: an actor that publishes as much as it can costs its neighbours
// no more than a client would that does the same, and loses them nothing.
func TestActorFloods(t *testing.T) {
	inShort(t)
	b := start(t, actors.Config{PingInterval: time.Hour})
	crowd := begin(t, b, scale(1000, 200), "ring.a", "ring.b", "ring.c")
	rounds, span := scale(10, 1), scale(time.Second, 100*time.Millisecond)
	bad := BadActor{Name: "bad", Pattern: "none", Does: floods}
	beside := crowd.alternate(rounds, span, func(int) {
		client := b.stream(t, "", "flood", "0123456789abcdef")
		wait(span)
		client.end()
	})
	before := ask[report.Stats](b, "Stats", Nothing{}).Ledger.In
	var flooding time.Duration
	s := crowd.alternate(rounds, span, func(int) {
		began := time.Now()
		ask[Nothing](b, "AddActor", bad)
		wait(span)
		b.removeActor(bad.Name)
		flooding += time.Since(began)
	})
	published := ask[report.Stats](b, "Stats", Nothing{}).Ledger.In - before
	messages := crowd.end()
	l := b.settle()
	t.Logf("%.0f messages a second flooded; %d of the crowd, none lost, duplicated or reordered", float64(published)/flooding.Seconds(), messages)
	t.Logf("quiet: %s", slices.Concat(s.quiet...))
	t.Logf("beside a client that floods: %s", slices.Concat(beside.meanwhile...))
	t.Logf("beside an actor that floods: %s", slices.Concat(s.meanwhile...))
	client99, actor99 := median(beside.meanwhile, 0.99), median(s.meanwhile, 0.99)
	t.Logf("p99, median of %d slices: %s quiet, %s beside the client, %s beside the actor", rounds, median(s.quiet, 0.99), client99, actor99)
	const slice = 10 * time.Millisecond // a goroutine that never rests has a processor for so long
	assert.LessOrEqual(t, actor99, 2*client99+slice+noise)
	assert.Empty(t, l.Dropped)
	counted := func(all []latencies) (n int) {
		for _, l := range all {
			n += len(l)
		}
		return n
	}
	quiet, meanwhile := counted(s.quiet), counted(s.meanwhile)
	t.Logf("the crowd: %d messages in quiet phases, %d beside the actor", quiet, meanwhile)
	assert.GreaterOrEqual(t, float64(meanwhile), scale(0.95, 0.1)*float64(quiet))
}

// TestVisitingActors: ten thousand actors that join and end leave nothing behind.
func TestVisitingActors(t *testing.T) {
	inShort(t)
	b := start(t, actors.Config{Partitions: 4})
	n := scale(10_000, 300)
	who := func() (s State, all string) {
		s = b.state()
		return s, fmt.Sprintf("%d connections, %d subscriptions, %d actors, %d in the registry", s.Stats.Connections, s.Stats.Subscriptions,
			s.Actors, ask[int](b, "Registered", Nothing{}))
	}
	_, nobody := who()
	quiet := func() (s State) {
		var left string
		eventually(t, func() bool {
			s, left = who()
			return left == nobody
		}, "all are gone, but for %s: %v", nobody, &left)
		return s
	}
	for range 3 { // it remembers the last who have ended: the heap becomes as scattered as it ever will be
		ask[Nothing](b, "Visit", n)
	}
	base := quiet()
	rss := b.resident()
	began := time.Now()
	ask[Nothing](b, "Visit", n)
	took := time.Since(began)
	now := quiet()
	b.unchanged(base)
	t.Logf("%d came and went, %.0f a second: %s before and after", n, float64(n)/took.Seconds(), nobody)
	t.Logf("goroutines %d, %d; heap %.1f, %.1f MiB; resident %.1f, %.1f MiB", base.Goroutines, now.Goroutines,
		float64(base.Heap)/(1<<20), float64(now.Heap)/(1<<20), rss, b.resident())
	if full {
		assert.LessOrEqual(t, float64(now.Heap)-float64(base.Heap), 2.0*(1<<20), "bytes of heap")
	}
}
