package observer

import (
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/troupe-mq/troupe/actors/report"
	"github.com/troupe-mq/troupe/supervisor"
)

func TestSketchFindsTheBusiest(t *testing.T) {
	var s sketch
	for n := range 100 * counters {
		s.add("$G", fmt.Sprintf("noise.%d", n), 1, 10)
		if n%10 == 0 {
			s.add("$G", "busy", 3, 30)
			s.add("APP", "busy", 2, 20)
		}
	}
	top := s.top(2)
	require.Len(t, top, 2)
	assert.Equal(t, "$G", top[0].account)
	assert.Equal(t, "busy", top[0].subject)
	assert.Equal(t, "APP", top[1].account)
	for _, one := range top {
		real := map[string]uint64{"$G": 30 * counters, "APP": 20 * counters}[one.account]
		assert.GreaterOrEqual(t, one.count, real)
		assert.LessOrEqual(t, one.count-one.over, real, "what is sure is no more than there was")
	}
	assert.LessOrEqual(t, len(s.at), counters)
	assert.Len(t, s.heap, len(s.at))
	s.forget()
	assert.Empty(t, s.top(5))
}

// FuzzSketch: the heap is in order and every counter is found by its name, whatever comes.
func FuzzSketch(f *testing.F) {
	f.Add([]byte("aabbbc"))
	f.Add([]byte{0, 255, 0, 1, 1, 1})
	f.Fuzz(func(t *testing.T, subjects []byte) {
		var s sketch
		sum := uint64(0)
		for i, b := range subjects {
			s.add("A", fmt.Sprint(b, i%3), uint64(b)+1, 1)
			sum += uint64(b) + 1
		}
		counted := uint64(0)
		for i, one := range s.heap {
			counted += one.count
			assert.Equal(t, i, one.index)
			assert.Same(t, one, s.at[one.account+" "+one.subject])
			assert.LessOrEqual(t, s.heap[(i-1)/2*min(i, 1)].count, one.count)
		}
		assert.Equal(t, sum, counted)
	})
}

func TestSeriesIsARing(t *testing.T) {
	s := newSeries()
	start := time.Unix(1000, 0)
	for n := range samples + 5 {
		s.add(sample{At: start.Add(time.Duration(n) * step), Stats: report.Stats{InMessages: uint64(n * 10)}})
	}
	all := s.all()
	require.Len(t, all, samples)
	for i, p := range all {
		assert.InDelta(t, 10, p[1], 0)
		if i > 0 {
			assert.Greater(t, p[0], all[i-1][0], "oldest first")
		}
	}
}

// A counter that goes back, because two are read one after the other, makes no rate.
func TestNoRateIsNegative(t *testing.T) {
	at := time.Unix(1000, 0)
	a := sample{At: at, Stats: report.Stats{InMessages: 10, SlowConsumers: 3}, Processor: time.Second}
	b := sample{At: at, Stats: report.Stats{InMessages: 5, SlowConsumers: 1}}
	for _, v := range between(&a, &b) {
		assert.GreaterOrEqual(t, v, 0.0)
	}
}

func TestChronicle(t *testing.T) {
	event := func(n int) supervisor.Event {
		return supervisor.Event{Time: time.Unix(int64(n), 0), Path: "troupe/a", What: supervisor.Failed}
	}
	newest := func(from, to int) (events []supervisor.Event) { // newest first
		for n := to; n >= from; n-- {
			events = append(events, event(n))
		}
		return events
	}
	var c chronicle
	assert.Empty(t, c.since(nil))
	assert.Empty(t, c.since(newest(1, 3)), "the first ones are history")
	assert.Empty(t, c.since(newest(1, 3)))
	assert.Equal(t, []supervisor.Event{event(4), event(5)}, c.since(newest(1, 5)))
	assert.Equal(t, []supervisor.Event{event(90), event(91)}, c.since(newest(90, 91)), "so many that the last one is not among them")
}

func TestTicketsEnd(t *testing.T) {
	var keys tickets
	now := time.Unix(1000, 0)
	ticket, ok := keys.issue(now)
	require.True(t, ok)
	assert.False(t, keys.redeem(ticket, now.Add(ticketTime+time.Second)), "it is too old")
	for range consoles {
		ticket, ok = keys.issue(now)
		require.True(t, ok)
	}
	_, ok = keys.issue(now)
	assert.False(t, ok, "there are as many as there can be")
	assert.True(t, keys.redeem(ticket, now))
	_, ok = keys.issue(now.Add(ticketTime + time.Second))
	assert.True(t, ok, "those that nobody used are forgotten")
}

// A page that reads nothing misses frames, and slows nobody.
func TestWatcherThatDoesNotRead(t *testing.T) {
	h := &broadcast{watchers: map[*watcher]struct{}{}}
	w := &watcher{frames: make(chan []byte, backlog)}
	h.watchers[w] = struct{}{}
	for range backlog + 3 {
		h.tell("now", struct{}{})
	}
	assert.Len(t, w.frames, backlog)
	assert.False(t, h.hasMissed(w), "it still has something to read")
	for range backlog {
		<-w.frames
	}
	assert.True(t, h.hasMissed(w))
	assert.False(t, h.hasMissed(w), "it is told once")
}
