package chaos_test

import (
	"bytes"
	"fmt"
	"io"
	"slices"
	"strconv"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// traffic is a healthy crowd: each client is sent messages by the one before it,
// and requires that all of them come, in order, and notes when.
type traffic struct {
	t       *testing.T
	streams []*stream
	stop    chan struct{}
	work    sync.WaitGroup

	mu        sync.Mutex
	latencies []time.Duration
	failed    error
}

// stream is what one client gets.
type stream struct {
	subject  string
	from, to *protocolClient
	sent     atomic.Int64
	got      atomic.Int64
	arrivals []arrival
}

// arrival is when a message came, and when it was sent.
type arrival struct{ came, sent time.Time }

// begin starts a crowd that sends so many messages a second in all, one client
// for each subject.
func begin(t *testing.T, b *broker, perSecond int, subjects ...string) *traffic {
	t.Helper()
	f := &traffic{t: t, stop: make(chan struct{})}
	for _, s := range subjects {
		f.streams = append(f.streams, &stream{subject: s, to: b.join(t, "SUB "+s+" 1\r\n", 512)})
	}
	for i, s := range f.streams {
		s.from = f.streams[(i+1)%len(f.streams)].to
		f.work.Go(func() { f.receive(s) })
	}
	f.work.Go(func() { f.send(perSecond) })
	return f
}

// pair is the smallest crowd: two clients, with a message every millisecond.
func pair(t *testing.T, b *broker) *traffic {
	t.Helper()
	return begin(t, b, 1000, "healthy.pair.a", "healthy.pair.b")
}

func (f *traffic) fail(err error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.failed == nil {
		f.failed = err
	}
}

// send keeps to the rate, but does not make up for more than a moment.
func (f *traffic) send(perSecond int) {
	tick := time.NewTicker(time.Millisecond)
	defer tick.Stop()
	last, due, next := time.Now(), 0.0, 0
	var text []byte
	for {
		select {
		case <-f.stop:
			return
		case <-tick.C:
		}
		now := time.Now()
		due = min(due+now.Sub(last).Seconds()*float64(perSecond), float64(perSecond)/20)
		for last = now; due >= 1; due-- {
			s := f.streams[next%len(f.streams)]
			next++
			body := fmt.Appendf(nil, "%d %d", s.sent.Load(), time.Now().UnixNano())
			text = fmt.Appendf(text[:0], "PUB %s %d\r\n%s\r\n", s.subject, len(body), body)
			if _, err := s.from.nc.Write(text); err != nil {
				f.fail(fmt.Errorf("sending on %s: %w", s.subject, err))
				return
			}
			s.sent.Add(1)
		}
	}
}

func (f *traffic) receive(s *stream) {
	for want := int64(0); ; want++ {
		body, pong, err := s.to.next()
		now := time.Now()
		if err != nil {
			f.fail(fmt.Errorf("%s: %w", s.subject, err))
			return
		}
		if pong { // the end: everything was sent before the PING
			return
		}
		number, stamp, _ := bytes.Cut(body, []byte(" "))
		n, _ := strconv.ParseInt(string(number), 10, 64)
		at, _ := strconv.ParseInt(string(stamp), 10, 64)
		if n != want {
			f.fail(fmt.Errorf("%s: message %d came instead of %d", s.subject, n, want))
			return
		}
		f.mu.Lock()
		f.latencies = append(f.latencies, now.Sub(time.Unix(0, at)))
		s.arrivals = append(s.arrivals, arrival{now, time.Unix(0, at)})
		f.mu.Unlock()
		s.got.Add(1)
	}
}

// phase forgets the latencies so far, lets something happen, and returns those
// of what came meanwhile.
func (f *traffic) phase(happen func()) latencies {
	f.take()
	happen()
	return f.take()
}

func (f *traffic) take() latencies {
	f.mu.Lock()
	defer f.mu.Unlock()
	l := latencies(f.latencies)
	f.latencies = nil
	return l
}

// end stops the crowd and requires that everybody got everything.
func (f *traffic) end() (messages int64) {
	f.t.Helper()
	close(f.stop)
	eventually(f.t, func() bool {
		f.mu.Lock()
		defer f.mu.Unlock()
		messages = 0
		for _, s := range f.streams {
			if s.got.Load() < s.sent.Load() && f.failed == nil {
				return false
			}
			messages += s.got.Load()
		}
		return true
	}, "everything has come")
	for _, s := range f.streams {
		if _, err := io.WriteString(s.to.nc, "PING\r\n"); err != nil {
			f.fail(err)
		}
	}
	f.work.Wait()
	require.NoError(f.t, f.failed)
	return messages
}

// latencies is how long messages took, from one client to the other.
type latencies []time.Duration

// at is a quantile.
func (l latencies) at(q float64) time.Duration {
	if len(l) == 0 {
		return 0
	}
	s := slices.Sorted(slices.Values(l))
	return s[min(len(s)-1, int(q*float64(len(s))))]
}

func (l latencies) String() string {
	return fmt.Sprintf("p50 %s, p99 %s, p99.9 %s, max %s of %d", l.at(0.5), l.at(0.99), l.at(0.999), l.at(1), len(l))
}

// sliced is the latencies of phases that take turns: what else goes on in the
// machine disturbs both kinds alike.
type sliced struct{ quiet, meanwhile []latencies }

// alternate lets quiet phases and such in which something happens take turns.
func (f *traffic) alternate(rounds int, quiet time.Duration, happen func(round int)) (s sliced) {
	for round := range rounds {
		s.quiet = append(s.quiet, f.phase(func() { wait(quiet) }))
		s.meanwhile = append(s.meanwhile, f.phase(func() { happen(round) }))
	}
	return s
}

// watch returns the latencies of n phases in a row.
func (f *traffic) watch(n int, each time.Duration) (all []latencies) {
	for range n {
		all = append(all, f.phase(func() { wait(each) }))
	}
	return all
}

// median is the middle one of a quantile over all slices.
func median(slices []latencies, q float64) time.Duration {
	var all latencies
	for _, l := range slices {
		all = append(all, l.at(q))
	}
	return all.at(0.5)
}

// judge requires that the p99 was at most twice the quiet one.
func (s sliced) judge(t *testing.T, what string) {
	t.Helper()
	quiet, meanwhile := median(s.quiet, 0.99), median(s.meanwhile, 0.99)
	t.Logf("quiet: %s", slices.Concat(s.quiet...))
	t.Logf("%s: %s", what, slices.Concat(s.meanwhile...))
	t.Logf("p99, median of %d slices: %s quiet, %s %s, ratio %.2f", len(s.quiet), quiet, meanwhile, what, float64(meanwhile)/float64(max(quiet, 1)))
	assert.NotZero(t, meanwhile)
	assert.LessOrEqual(t, meanwhile, 2*quiet+noise, "the p99 of the healthy, %s", what)
}

// wait lets time go by.
func wait(d time.Duration) { <-time.After(d) }
