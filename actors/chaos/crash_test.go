package chaos_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/troupe-mq/troupe/actors"
	"github.com/troupe-mq/troupe/actors/report"
	"github.com/troupe-mq/troupe/supervisor"
)

// TestOneConnectionPanics: a client whose connection crashes whenever it is
// there, and that gets a copy of everything, is noticed by nobody else.
func TestOneConnectionPanics(t *testing.T) {
	inShort(t)
	b := start(t, actors.Config{Partitions: 4})
	others, panics := scale(999, 100), scale(10_000, 200)
	crowdOf(t, scale(20_000, 100), 8, func(int) error { // it remembers the last 10,000 that have ended
		c, err := dial(b.addr, hello+"SUB ring.> 1\r\n", 512)
		if err == nil {
			c.nc.Close()
		}
		return err
	})
	subjects := make([]string, others)
	for i := range subjects {
		subjects[i] = fmt.Sprintf("ring.r%d.x", i)
	}
	crowd := begin(t, b, scale(5000, 500), subjects...)
	idle := b.join(t, "SUB ring.> 1\r\n", 4<<10) // a victim as it was before anything happened to it
	go idle.untilPong()                          //nolint:errcheck // it only reads
	crowd.phase(func() { wait(time.Second) })    // to warm up
	idle.nc.Close()

	// Ten thousand in one go would only measure what the machine can take.
	tick := time.NewTicker(scale(8*time.Millisecond, time.Millisecond))
	defer tick.Stop()
	visit := func(n int, leave func(v *protocolClient)) {
		for range n {
			<-tick.C
			v, err := dial(b.addr, hello+"SUB ring.> 1\r\nPUB nobody.is.there 0\r\n\r\nPING\r\n", 4<<10)
			require.NoError(t, err)
			require.NoError(t, v.untilPong())
			leave(v)
			v.nc.Close()
		}
	}
	crash := func(v *protocolClient) {
		r := b.inject("connections/conn-"+v.cid, actors.FaultPanic)
		require.True(t, r.Gone)
		require.Equal(t, supervisor.Stop, r.Directive)
		v.end()
	}
	visit(scale(1000, 0), crash) // it remembers the last 1,000 crashes, with their stacks
	before := b.state()
	rss := b.resident()
	rounds := scale(40, 2)
	var control []latencies // as many visits, without a panic
	phases := crowd.alternate(rounds, scale(time.Second, 300*time.Millisecond), func(int) {
		visit(panics/rounds/2, func(*protocolClient) {})
		control = append(control, crowd.take())
		visit(panics/rounds, crash)
	})
	after, rssAfter := b.state(), b.resident()
	messages := crowd.end()
	b.settle()

	t.Logf("%d panics; %d messages, none lost, duplicated or reordered", panics, messages)
	t.Logf("p99 while one comes and goes without a panic: %s", median(control, 0.99))
	phases.judge(t, "while one panics")
	t.Logf("resident %.1f MiB before, %.1f after; %d goroutines before, %d after; %d actors before, %d after",
		rss, rssAfter, before.Goroutines, after.Goroutines, before.Actors, after.Actors)
	if full {
		assert.LessOrEqual(t, rssAfter-rss, 10.0, "MiB more")
	}
	b.unchanged(before)
	assert.Equal(t, before.Actors, after.Actors)
}

// TestPartitionsPanic: when a partition crashes nobody has to do anything, and
// nobody waits for long.
func TestPartitionsPanic(t *testing.T) {
	inShort(t)
	const partitions = 4
	b := start(t, actors.Config{Partitions: partitions})
	rounds := scale(100, 5)
	for i := range scale(500, 50) { // somebody for a partition to ask
		b.join(t, fmt.Sprintf("SUB idle.i%d.* 1\r\nSUB idle.i%d.> q 2\r\nSUB *.i%d 3\r\n", i, i+1, i), 512)
	}
	subjects := partitioned(b, partitions, 2)
	crowd := begin(t, b, scale(5000, 1000), subjects...)
	before := ask[report.Stats](b, "Stats", Nothing{})

	// The same number of moments without a panic: a busy machine makes gaps, too.
	struck, spared := make([][]time.Time, partitions), make([][]time.Time, partitions)
	pause := scale(80*time.Millisecond, 20*time.Millisecond)
	var away latencies
	meanwhile := crowd.phase(func() {
		for round := range rounds * partitions {
			p := round % partitions
			spared[p] = append(spared[p], time.Now())
			wait(pause)
			struck[p] = append(struck[p], time.Now())
			r := b.inject(fmt.Sprintf("partitions/part-%d", p), actors.FaultPanic)
			require.Equal(t, supervisor.Restart, r.Directive)
			away = append(away, r.Away)
			wait(pause)
		}
	})
	after := ask[report.Stats](b, "Stats", Nothing{})
	messages := crowd.end()
	l := b.settle()

	gaps, quietGaps := crowd.gaps(struck, pause), crowd.gaps(spared, pause)
	t.Logf("%d panics of each of %d partitions; %d messages, none lost, duplicated or reordered", rounds, partitions, messages)
	t.Logf("latency: %s", meanwhile)
	t.Logf("away: %s", away)
	t.Logf("gaps, quiet: %s", quietGaps)
	t.Logf("gaps around a panic: %s", gaps)
	assert.LessOrEqual(t, gaps.at(0.99), max(scale(50*time.Millisecond, noise), 2*quietGaps.at(0.99)))
	assert.Empty(t, l.Dropped)
	assert.Zero(t, l.Refused)
	assert.Equal(t, before.TotalConnections, after.TotalConnections, "nobody reconnects")
	assert.Equal(t, before.TotalSubscribed, after.TotalSubscribed, "nobody subscribes again")
	assert.Equal(t, before.Subscriptions, after.Subscriptions)
}

// partitioned finds n subjects for each partition, in the order of these.
func partitioned(b *broker, partitions, n int) []string {
	candidates := make([]string, 100*partitions*n)
	for i := range candidates {
		candidates[i] = fmt.Sprintf("part.p%d.x", i)
	}
	homes := ask[[]int](b, "Homes", candidates)
	var subjects []string
	for p := range partitions {
		for i, found := 0, 0; found < n; i++ {
			if homes[i] == p {
				subjects = append(subjects, candidates[i])
				found++
			}
		}
	}
	return subjects
}

// gaps are the longest gaps around the moments of each partition, in its streams.
func (f *traffic) gaps(moments [][]time.Time, span time.Duration) (gaps latencies) {
	for i, s := range f.streams {
		for _, at := range moments[i*len(moments)/len(f.streams)] {
			gaps = append(gaps, s.longestGap(at, span/2))
		}
	}
	return gaps
}

// longestGap is the longest time between two deliveries that touches the time
// after something happened, less the time between their sendings.
func (s *stream) longestGap(at time.Time, span time.Duration) (gap time.Duration) {
	for i := 1; i < len(s.arrivals); i++ {
		last, next := s.arrivals[i-1], s.arrivals[i]
		if next.came.Before(at) {
			continue
		}
		if last.came.After(at.Add(span)) {
			break
		}
		gap = max(gap, next.came.Sub(last.came)-next.sent.Sub(last.sent))
	}
	return gap
}
