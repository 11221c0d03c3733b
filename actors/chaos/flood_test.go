package chaos_test

import (
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/troupe-mq/troupe/actors"
	"github.com/troupe-mq/troupe/actors/report"
)

// crowdOf runs something for 0 to n-1, so many at a time, and requires that all succeed.
func crowdOf(t *testing.T, n, atATime int, do func(i int) error) {
	t.Helper()
	errs := make([]error, atATime)
	var work sync.WaitGroup
	for w := range atATime {
		work.Go(func() {
			for i := w; i < n && errs[w] == nil; i += atATime {
				errs[w] = do(i)
			}
		})
	}
	work.Wait()
	require.NoError(t, errors.Join(errs...))
}

// lives are how long clients were let in.
type lives struct {
	mu  sync.Mutex
	all latencies
}

func (l *lives) add(d time.Duration) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.all = append(l.all, d)
}

// TestHalfSentPayloads: a payload that is announced, begun and never finished
// costs nothing before CONNECT, and is not waited for for long after it.
func TestHalfSentPayloads(t *testing.T) {
	inShort(t)
	n := scale(1000, 50)
	for _, greeted := range []bool{false, true} {
		t.Run(fmt.Sprintf("greeted %t", greeted), func(t *testing.T) {
			b := start(t, actors.Config{})
			half := "PUB x 1048576\r\n" + strings.Repeat("x", 65_000)
			if greeted {
				half = hello + half
			}
			var stayed lives
			visit := func(int) error {
				c, err := dial(b.addr, "", 512)
				if err != nil {
					return err
				}
				defer c.nc.Close()
				began := time.Now()
				_, _ = io.WriteString(c.nc, half) // it may be cut off
				c.end()
				stayed.add(time.Since(began))
				return nil
			}
			if !greeted {
				crowdOf(t, n/10, n/10, visit) // what the first ones cost, the others use again
			}
			base := b.resident()
			memory := b.watchMemory()
			crowdOf(t, n, n, visit)
			most := memory() - base
			b.settle()
			t.Logf("%d payloads of a mebibyte, 65 kB of each sent: %.1f KiB each at most; closed after %s",
				n, most*1024/float64(n), stayed.all)
			assert.LessOrEqual(t, stayed.all.at(1), 10*time.Second+noise)
			if !greeted && full {
				// Go's collector does not run for less than four mebibytes.
				assert.LessOrEqual(t, (most-4)*1024/float64(n), 10.0, "KiB each")
			}
		})
	}
}

// TestSlowLines: a thousand clients that type a byte a second are closed when
// their time is up, and a healthy pair does not notice them.
func TestSlowLines(t *testing.T) {
	inShort(t)
	n, before := scale(1000, 50), 2*time.Minute
	b := start(t, actors.Config{})
	crowd := pair(t, b)
	crowd.watch(1, scale(time.Second, 100*time.Millisecond))
	slow := sliced{quiet: crowd.watch(scale(10, 1), scale(time.Second, 200*time.Millisecond))}

	base := b.resident()
	memory := b.watchMemory()
	var typists, programs lives
	var work sync.WaitGroup
	failed := make(chan error, n)
	for i := range n {
		greeting, to := "", &typists
		if i%2 == 0 || !full { // the short form does not wait for people
			greeting, to = hello, &programs
		}
		work.Go(func() {
			life, err := typeSlowly(b.addr, greeting)
			if err != nil {
				failed <- err
				return
			}
			to.add(life)
		})
	}
	slow.meanwhile = crowd.watch(scale(100, 4), time.Second)
	work.Wait()
	most := memory()
	close(failed)
	require.NoError(t, <-failed)
	slow.quiet = append(slow.quiet, crowd.watch(scale(10, 1), scale(time.Second, 200*time.Millisecond))...)
	crowd.end()
	b.settle()
	t.Logf("%d lines, a byte a second: %.1f KiB each at most", n, (most-base)*1024/float64(n))
	t.Logf("without CONNECT closed after %s", typists.all)
	t.Logf("after CONNECT closed after %s", programs.all)
	slow.judge(t, "beside slow lines")
	assert.LessOrEqual(t, programs.all.at(1), 10*time.Second+noise)
	assert.LessOrEqual(t, typists.all.at(1), before+3*time.Second)
	if full {
		assert.GreaterOrEqual(t, typists.all.at(0), before-time.Second, "people are given the time to type")
	}
	assert.Len(t, slices.Concat(typists.all, programs.all), n)
}

// typeSlowly types until the broker has closed, and tells after how long it did.
func typeSlowly(addr, greeting string) (time.Duration, error) {
	c, err := dial(addr, greeting, 16)
	if err != nil {
		return 0, err
	}
	defer c.nc.Close()
	if err := c.nc.SetReadDeadline(time.Time{}); err != nil { // the broker's patience is what counts
		return 0, err
	}
	began, gone := time.Now(), make(chan struct{})
	go func() {
		defer close(gone)
		_, _ = io.Copy(io.Discard, c.nc)
	}()
	tick := time.NewTicker(time.Second)
	defer tick.Stop()
	for line := "SUB " + strings.Repeat("a", 4000); ; line = line[1:] {
		select {
		case <-gone:
			return time.Since(began), nil
		case <-tick.C:
			_, _ = io.WriteString(c.nc, line[:1]) // gone will tell
		}
	}
}

// TestLongSubjects: subjects of as many tokens as a line can hold are cheap.
func TestLongSubjects(t *testing.T) {
	inShort(t)
	const n, tokens = 300, 1991
	for name, tc := range map[string]struct{ line, tail string }{
		"literal":       {"SUB", ""},
		"wildcard":      {"SUB", ".>"},
		"all wildcards": {"SUB", "*"},
		"published":     {"PUB", ""},
	} {
		t.Run(name, func(t *testing.T) {
			b := start(t, actors.Config{})
			c, other := b.join(t, "", 512), b.join(t, "SUB *.*.> 1\r\n", 512)
			go other.untilPong() //nolint:errcheck // it only reads
			watcher := b.join(t, "", 512)
			before := b.state()
			var text strings.Builder
			for i := range n {
				subject := longSubject(i, tokens, tc.tail)
				if tc.line == "PUB" {
					fmt.Fprintf(&text, "PUB %s 0\r\n\r\n", subject)
				} else {
					fmt.Fprintf(&text, "SUB %s s%d\r\n", subject, i)
				}
			}
			var waited latencies
			done := make(chan error, 1)
			began := time.Now()
			go func() { done <- c.flush(text.String()) }()
			err := errors.New("not done")
			for open := true; open; {
				asked := time.Now()
				require.NoError(t, watcher.flush("PUB a.b 0\r\n\r\n"))
				waited = append(waited, time.Since(asked))
				select {
				case err = <-done:
					open = false
				default:
				}
			}
			took := time.Since(began)
			after := b.state()
			heap := float64(int64(after.Heap)-int64(before.Heap)) / (1 << 20)
			t.Logf("%d %s of %d tokens: %s, %.1f MiB, %d subscriptions; answer %v; others waited %s", n, name, tokens, took.Round(time.Microsecond), heap,
				after.Stats.Subscriptions, err, waited)
			assert.LessOrEqual(t, took, 100*time.Millisecond+noise)
			assert.LessOrEqual(t, heap, 10.0, "MiB")
			b.settle()
		})
	}
}

// longSubject is one of many that soon differ from each other.
func longSubject(i, tokens int, tail string) string {
	letter := func(n int) string { return string(rune('a' + n%26)) }
	first := letter(i) + "." + letter(i/26) + "."
	if tail == "*" {
		return first + strings.Repeat("*."+letter(i)+".", tokens/2-2) + "*"
	}
	return first + strings.Repeat("z.", tokens-4) + "z" + tail
}

// TestSubscriptionsDropped: a hundred thousand subscriptions that end at once
// hold nobody up.
func TestSubscriptionsDropped(t *testing.T) {
	inShort(t)
	n := scale(100_000, 10_000)
	b := start(t, actors.Config{})
	crowd := pair(t, b)
	var subs strings.Builder
	for i := range n {
		fmt.Fprintf(&subs, "SUB drop.d%d.%s %d\r\n", i, []string{"x", "*", "x.>"}[i%3], i)
	}
	s := crowd.alternate(scale(10, 1), scale(time.Second, 200*time.Millisecond), func(int) {
		c, err := dial(b.addr, hello, 512)
		require.NoError(t, err)
		require.NoError(t, c.flush(subs.String()))
		crowd.take() // what matters begins now
		c.nc.Close()
		eventually(t, func() bool { return ask[report.Stats](b, "Stats", Nothing{}).Subscriptions == 2 }, "all are gone")
		wait(300 * time.Millisecond)
	})
	crowd.end()
	b.settle()
	all := slices.Concat(s.meanwhile...)
	t.Logf("quiet: %s", slices.Concat(s.quiet...))
	t.Logf("while %d subscriptions are dropped: %s; median p99 of %d times %s", n, all, len(s.meanwhile), median(s.meanwhile, 0.99))
	assert.LessOrEqual(t, median(s.meanwhile, 0.99), 20*time.Millisecond+scale(0, noise))
}
