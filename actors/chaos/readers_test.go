package chaos_test

import (
	"bytes"
	"fmt"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/troupe-mq/troupe/actors/config"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/troupe-mq/troupe/actors"
	"github.com/troupe-mq/troupe/actors/report"
	"github.com/troupe-mq/troupe/supervisor"
)

// TestOneNeverReads: a reader that is stuck costs the publisher and the other
// readers little, and is evicted when its limit is reached.
func TestOneNeverReads(t *testing.T) {
	inShort(t)
	const readers, size = 9, 512
	messages, limit := scale(200_000, 40_000), scale(config.DefaultMaxPending, 8<<20)
	b := start(t, actors.Config{MaxPending: limit})
	var got [readers]atomic.Int64
	var reading sync.WaitGroup
	var healthy []*protocolClient
	for i := range readers {
		c := b.join(t, "SUB fan.out 1\r\n", 64<<10)
		reading.Go(func() {
			for {
				if _, _, err := c.next(); err != nil {
					return
				}
				got[i].Add(1)
			}
		})
		healthy = append(healthy, c)
	}
	publisher := b.join(t, "", 512)
	text := pubs("fan.out", size, 64<<10)
	per := bytes.Count(text, []byte("PUB"))
	sent := 0
	run := func() (perSecond float64, full time.Time) {
		began := time.Now()
		for n := 0; n < messages; n += per {
			_, err := publisher.nc.Write(text)
			require.NoError(t, err)
			if bytes := n * size; full.IsZero() && bytes > limit+8<<20 { // more than the kernel takes on top
				full = time.Now()
			}
			sent += per
		}
		require.NoError(t, publisher.flush(""))
		perSecond = float64(messages) / time.Since(began).Seconds()
		eventually(t, func() bool {
			for i := range got {
				if got[i].Load() < int64(sent) {
					return false
				}
			}
			return true
		}, "all have read all")
		return perSecond, full
	}
	if full {
		run() // to warm up
	}
	rounds := scale(7, 1)
	var free, with, ratio []float64
	for range rounds {
		r, _ := run()
		free = append(free, r)
		stuck := b.join(t, "SUB fan.out 1\r\n", 16)
		r, full := run()
		with = append(with, r)
		ratio = append(ratio, r/free[len(free)-1])
		b.evicted(stuck, full)
		stuck.nc.Close()
	}
	closed := ask[map[report.CloseReason]int](b, "Closed", Nothing{})
	for i := range got {
		assert.EqualValues(t, sent, got[i].Load(), "a healthy reader")
	}
	slices.Sort(ratio)
	t.Logf("messages a second without it: %.0f", free)
	t.Logf("messages a second beside it:  %.0f", with)
	t.Logf("ratios %.2f, median %.2f", ratio, ratio[rounds/2])
	if full {
		assert.GreaterOrEqual(t, ratio[rounds/2], 0.8)
	}
	assert.Equal(t, rounds, closed[report.SlowConsumerPendingBytes], "%v", closed)
	b.settle()
	for _, c := range healthy {
		c.nc.Close()
	}
	reading.Wait()
}

// pubs is as many messages as fit into some bytes.
func pubs(subject string, size, room int) []byte {
	one := append(fmt.Appendf(nil, "PUB %s %d\r\n", subject, size), bytes.Repeat([]byte("x"), size)...)
	one = append(one, "\r\n"...)
	return bytes.Repeat(one, max(1, room/len(one)))
}

// evicted requires the events of a slow consumer. full is when more than its
// limit had been published.
func (b *broker) evicted(c *protocolClient, full time.Time) {
	b.t.Helper()
	var reached, failed time.Time
	path := "troupe/connections/conn-" + c.cid
	eventually(b.t, func() bool {
		for _, e := range ask[[]supervisor.Event](b, "History", Nothing{}) {
			switch {
			case e.Path != path:
			case e.What == "pressure" && bytes.HasPrefix([]byte(e.Reason), []byte("100%")):
				reached = e.Time
			case e.What == supervisor.Failed:
				failed = e.Time
			}
		}
		return !failed.IsZero()
	}, "the event of an eviction")
	require.NotZero(b.t, reached)
	b.t.Logf("evicted %s after its limit was reached, %s after more than it had been published", failed.Sub(reached), failed.Sub(full))
	require.Less(b.t, failed.Sub(reached), scale(time.Second, noise))
	if !full.IsZero() {
		require.Less(b.t, failed.Sub(full), scale(time.Second, noise))
	}
}

// TestManyNeverRead: sixteen clients that come back whenever they are evicted
// and read nothing fill the budget for outgoing bytes, and no more than that.
func TestManyNeverRead(t *testing.T) {
	inShort(t)
	const stuck, size = 16, 64 << 10
	budget, span := scale(128<<20, 8<<20), scale(8*time.Second, 500*time.Millisecond)
	b := start(t, actors.Config{OutboundBudget: budget})
	publisher := b.join(t, "", 512)
	text := pubs("heavy", size, 1<<20)
	per := bytes.Count(text, []byte("PUB"))
	run := func(span time.Duration) float64 {
		began, n := time.Now(), 0
		for time.Since(began) < span {
			_, err := publisher.nc.Write(text)
			require.NoError(t, err)
			require.NoError(t, publisher.flush(""))
			n += per
		}
		return float64(n) / time.Since(began).Seconds()
	}
	run(span / 8)
	free := run(span / 2)
	memory := b.watchMemory()
	var over atomic.Bool
	var work sync.WaitGroup
	var joined atomic.Int64
	for range stuck {
		work.Go(func() {
			for !over.Load() {
				c, err := dial(b.addr, hello+"SUB heavy 1\r\n", 16)
				if err != nil {
					assert.NoError(t, err)
					return
				}
				joined.Add(1)
				c.untilGone(&over)
				c.nc.Close()
				wait(scale(500*time.Millisecond, 50*time.Millisecond)) // clients wait before they come back
			}
		})
	}
	with := run(span)
	for began := time.Now(); ask[report.Stats](b, "Stats", Nothing{}).SlowConsumers == 0 && time.Since(began) < patience; {
		run(span / 4) // where everything is slow, the kernel may have room for more than was sent
	}
	over.Store(true)
	work.Wait()
	most := memory()
	free = (free + run(span/2)) / 2
	_, peak := b.memory()
	closed := ask[map[report.CloseReason]int](b, "Closed", Nothing{})
	t.Logf("%.0f messages a second without them, %.0f with them: ratio %.2f", free, with, with/free)
	t.Logf("resident %.0f MiB at most, peak %.0f MiB; they came %d times; closed: %v", most, peak, joined.Load(), closed)
	if full {
		assert.GreaterOrEqual(t, with/free, 0.5)
		assert.LessOrEqual(t, max(most, peak), 256.0)
	}
	assert.Positive(t, closed[report.SlowConsumerPendingBytes])
	b.settle()
}
