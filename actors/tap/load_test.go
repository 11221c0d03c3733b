package tap_test

import (
	"bufio"
	"fmt"
	"net"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/asynkron/protoactor-go/actor"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/troupe-mq/troupe/actors"
	"github.com/troupe-mq/troupe/actors/actorstest"
	"github.com/troupe-mq/troupe/actors/tap"
)

// tally is a tap that counts what it is told, in a ledger that outlives it.
type tally struct{ seen, missed, refused *atomic.Int64 }

func (c *tally) Receive(ctx actor.Context) {
	b, ok := ctx.Message().(*tap.Batch)
	if !ok {
		return
	}
	for r := range b.Records() {
		switch {
		case r.Kind == tap.Lost:
			c.missed.Add(int64(r.Gap.Count))
		case r.Outcome == tap.OutcomeRefused:
			c.refused.Add(1)
		default:
			c.seen.Add(1)
		}
	}
}

// TestTapsUnderLoad: publishers, taps of both policies that crash, and partitions
// that crash. Nobody loses anything, and the taps know of everything.
func TestTapsUnderLoad(t *testing.T) {
	spec := func(name string, policy tap.Policy) (tap.Spec, *tally) {
		return tap.Spec{Name: name, Policy: policy, Feeds: tap.Commands, MaxBytes: 64 << 10, MaxBatch: 100},
			&tally{new(atomic.Int64), new(atomic.Int64), new(atomic.Int64)}
	}
	drop, dropped := spec("drop", tap.Drop)
	block, blocked := spec("block", tap.Block)
	block.Deadline = time.Minute
	b := actorstest.Start(t, actors.Config{Partitions: 2},
		actors.WithTap(drop, func() actor.Actor { return dropped }),
		actors.WithTap(block, func() actor.Actor { return blocked }))
	const publishers, rounds, each = 4, 20, 250
	var all sync.WaitGroup
	for p := range publishers {
		nc, err := b.InProcessConn()
		require.NoError(t, err)
		all.Go(func() { publishRounds(t, nc, fmt.Sprintf("a.%d", p), rounds, each) })
	}
	for _, target := range []string{"taps/drop", "taps/block", "partitions/part-0", "taps/block", "partitions/part-1"} {
		_, err := b.Inject(t.Context(), actors.Fault{Target: target, Kind: actors.FaultPanic})
		require.NoError(t, err)
	}
	all.Wait()
	const sent = publishers * rounds * each
	assert.Equal(t, int64(sent), blocked.seen.Load(), "every PONG means that it has it")
	assert.Eventually(t, func() bool { return dropped.seen.Load()+dropped.missed.Load() == sent }, time.Minute, time.Millisecond)
	l := b.Stats().Ledger
	assert.Equal(t, uint64(sent), l.In)
	assert.Equal(t, l.In, l.Routed+l.NoInterest+l.Refused)
	for _, s := range b.Taps() {
		assert.Zero(t, s.Bytes, s.Name)
		assert.Zero(t, s.Records, s.Name)
	}
}

// publishRounds publishes many messages at a time, and waits for the PONG behind
// them.
func publishRounds(t *testing.T, nc net.Conn, subject string, rounds, each int) {
	defer nc.Close()
	in := bufio.NewScanner(nc)
	in.Scan()
	text := strings.Repeat("PUB "+subject+" 5\r\nhello\r\n", each) + "PING\r\n"
	_, err := nc.Write([]byte("CONNECT {\"verbose\":false}\r\n"))
	for range rounds {
		if err == nil {
			_, err = nc.Write([]byte(text))
		}
		for err == nil && in.Scan() && in.Text() != "PONG" {
			if strings.HasPrefix(in.Text(), "-ERR") {
				assert.Fail(t, in.Text())
			}
		}
	}
	assert.NoError(t, err)
}

// TestLateTapsUnderLoad: a tap that is often too late, and publishers who crash
// while they wait. What is acknowledged is what the tap has, less what it is told
// was refused all the same.
func TestLateTapsUnderLoad(t *testing.T) {
	told := &tally{new(atomic.Int64), new(atomic.Int64), new(atomic.Int64)}
	b := actorstest.Start(t, actors.Config{Partitions: 2}, actors.WithTap(tap.Spec{
		Name: "late", Policy: tap.Block, Feeds: tap.Commands, Deadline: time.Millisecond, MaxBytes: 4 << 10,
	}, func() actor.Actor {
		return actor.ReceiveFunc(func(ctx actor.Context) {
			told.Receive(ctx)
			if b, ok := ctx.Message().(*tap.Batch); ok && b.Len()%4 == 0 {
				<-time.After(2 * time.Millisecond)
			}
		})
	}))
	var all sync.WaitGroup
	for range 4 {
		nc, err := b.InProcessConn()
		require.NoError(t, err)
		all.Go(func() {
			defer nc.Close()
			in := bufio.NewScanner(nc)
			for i := 0; in.Scan() && i < 200; i++ {
				text := strings.Repeat("PUB a 5\r\nhello\r\n", i%7+1) + "PING\r\n"
				if _, err := nc.Write([]byte(text)); err != nil {
					return
				}
				for in.Scan() && in.Text() != "PONG" {
				}
				_, _ = nc.Write([]byte("PING\r\n")) // its PONG is the line that the loop begins with
			}
		})
	}
	for _, cid := range []int{1, 2} {
		_, err := b.Inject(t.Context(), actors.Fault{Target: fmt.Sprintf("connections/conn-%d", cid), Kind: actors.FaultPanic})
		require.NoError(t, err)
	}
	all.Wait()
	require.NoError(t, b.Stop(t.Context()))
	l := b.Stats().Ledger
	assert.Equal(t, l.In, l.Routed+l.NoInterest+l.Refused)
	assert.Equal(t, l.Routed+l.NoInterest, uint64(told.seen.Load()-told.refused.Load()-told.missed.Load()))
	assert.Positive(t, l.Refused)
	assert.Zero(t, b.Taps()[0].Bytes)
}
