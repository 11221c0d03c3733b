package tap_test

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/troupe-mq/troupe/actors"
	"github.com/troupe-mq/troupe/actors/actorstest"
	"github.com/troupe-mq/troupe/actors/tap"
)

// TestTapHasIt: with a tap that blocks, PONG means that it has what was published.
func TestTapHasIt(t *testing.T) {
	batches := make(chan *tap.Batch, 10)
	e := &ear{before: func(b *tap.Batch) { b.Hold(); batches <- b }}
	tapped(t, tap.Spec{Policy: tap.Block, Feeds: tap.Commands, Subjects: []string{"a"}}, e, func(t *testing.T, b *actorstest.Broker, c *actorstest.Client) {
		sub := b.Client(t)
		sub.Send("SUB > 1")
		sub.Expect("+OK")
		c.Send("PUB a 0", "", "PUB b 0", "", "PING")
		synctest.Wait()
		sub.Quiet()
		c.Quiet()
		held := <-batches
		held.Done(nil)
		held.Done(errors.New("too late"))
		c.Expect("PONG")
		sub.Expect("MSG a 1 0", "", "MSG b 1 0", "")
		c.Send("PUB b 0", "", "PING")
		c.Expect("PONG")
		assert.Empty(t, batches)

		c.Send("PUB a 0", "", "PUB a 0", "", "PUB b 0", "", "PING")
		synctest.Wait()
		(<-batches).Done(errors.New("disk full"))
		c.Expect("-ERR 'Message Not Recorded'", "-ERR 'Message Not Recorded'", "PONG")
		sub.Expect("MSG b 1 0", "", "MSG b 1 0", "")
		l := b.Stats().Ledger
		assert.Equal(t, uint64(2), l.Refused)
		assert.Equal(t, l.In, l.Routed+l.NoInterest+l.Refused)
	})
}

func TestTapDeadline(t *testing.T) {
	for _, through := range []bool{false, true} {
		t.Run(fmt.Sprint("let through ", through), func(t *testing.T) {
			free := make(chan struct{})
			e := &ear{before: func(*tap.Batch) { <-free }}
			spec := tap.Spec{Policy: tap.Block, Feeds: tap.Commands, Deadline: time.Second, LetThrough: through}
			tapped(t, spec, e, func(t *testing.T, b *actorstest.Broker, c *actorstest.Client) {
				free = make(chan struct{})
				other := b.Client(t)
				c.Send("PUB a 0", "", "PING")
				other.Send("PUB b 0", "", "PING")
				actorstest.Advance(t, time.Second-1)
				c.Quiet()
				actorstest.Advance(t, 1)
				if through {
					c.Expect("PONG")
					other.Expect("+OK", "PONG")
				} else {
					c.Expect("-ERR 'Message Not Recorded'", "PONG")
					other.Expect("-ERR 'Message Not Recorded'", "PONG")
				}
				close(free)
				actorstest.Advance(t, time.Second)
				if through { // the second was never given to the tap
					assert.Equal(t, []string{"published a size=0 accepted", "gap 1 it was published before the tap had taken it"}, e.lines())
				} else {
					assert.Equal(t, []string{"published a size=0 accepted", "published a size=0 refused (Message Not Recorded)"}, e.lines())
				}
				c.Send("PUB c 0", "", "PING")
				c.Expect("PONG")
			})
		})
	}
}

// TestRefusalsInTheirPlace: who is verbose hears of each command in its place.
func TestRefusalsInTheirPlace(t *testing.T) {
	e := &ear{before: func(b *tap.Batch) { b.Hold(); b.Done(errors.New("no")) }}
	tapped(t, tap.Spec{Policy: tap.Block, Feeds: tap.Commands, Subjects: []string{"a"}}, e,
		func(t *testing.T, b *actorstest.Broker, _ *actorstest.Client) {
			c := b.Client(t)
			c.Send("PUB b 0", "", "PUB a 0", "", "SUB x 1", "PUB a 0", "", "PUB a 0", "", "PING", "PUB x 0", "")
			c.Expect("+OK", "-ERR 'Message Not Recorded'", "+OK", "-ERR 'Message Not Recorded'", "-ERR 'Message Not Recorded'", "PONG", "+OK",
				"MSG x 1 0", "")
		})
}

// TestPublisherEndsWhileATapIsAsked: what it has published is refused, and the tap
// that had it already is told so.
func TestPublisherEndsWhileATapIsAsked(t *testing.T) {
	for name, end := range map[string]actors.Fault{
		"its connection crashes": {Target: "connections/conn-1", Kind: actors.FaultPanic},
		"a partition crashes":    {Target: "partitions/part-0", Kind: actors.FaultPanic},
	} {
		t.Run(name, func(t *testing.T) {
			free := make(chan struct{})
			e := &ear{before: func(*tap.Batch) { <-free }}
			tapped(t, tap.Spec{Policy: tap.Block, Feeds: tap.Commands}, e, func(t *testing.T, b *actorstest.Broker, c *actorstest.Client) {
				free = make(chan struct{})
				sub := b.Client(t)
				sub.Send("SUB a 1")
				sub.Expect("+OK")
				c.Send("PUB a 0", "", "PING")
				_, err := b.Inject(t.Context(), end)
				require.NoError(t, err)
				synctest.Wait()
				sub.Quiet()
				close(free)
				actorstest.Advance(t, time.Second)
				if end.Target == "partitions/part-0" { // it has nothing to do with it
					c.Expect("PONG")
					sub.Expect("MSG a 1 0", "")
					assert.Equal(t, []string{"published a size=0 accepted"}, e.lines())
				} else {
					sub.Quiet()
					assert.Equal(t, []string{"published a size=0 accepted", "published a size=0 refused (Message Not Recorded)"}, e.lines())
				}
				l := b.Stats().Ledger
				assert.Equal(t, uint64(1), l.In)
				assert.Equal(t, l.In, l.Routed+l.NoInterest+l.Refused)
			})
		})
	}
}

// TestBlockedPublishersWaitOutside: a tap that holds as much as it may is given
// nothing more, and those who wait hold nothing but what they have sent.
func TestBlockedPublishersWaitOutside(t *testing.T) {
	var held []*tap.Batch
	e := &ear{before: func(b *tap.Batch) { b.Hold(); held = append(held, b) }}
	spec := tap.Spec{Policy: tap.Block, Feeds: tap.Commands, MaxBytes: 1000, Payload: tap.PayloadAll}
	tapped(t, spec, e, func(t *testing.T, b *actorstest.Broker, c *actorstest.Client) {
		all := []*actorstest.Client{c}
		for range 4 {
			all = append(all, b.Client(t))
		}
		for _, c := range all {
			c.Send("PUB a 1000", strings.Repeat("x", 1000), "PING")
		}
		s := b.Taps()[0]
		assert.Equal(t, 5, s.Records)
		assert.Less(t, s.Bytes, 3000)
		for i := range all {
			synctest.Wait()
			require.Len(t, held, i+1)
			held[i].Done(nil)
		}
		synctest.Wait()
		assert.Zero(t, b.Taps()[0].Bytes)
		c.Expect("PONG")
		for _, c := range all[1:] {
			c.Expect("+OK", "PONG")
		}
	})
}

// TestPartOfABatchIsNotTaken: a batch that a tap could take in part is refused as a
// whole, and the tap is told so, because it has the other part.
func TestPartOfABatchIsNotTaken(t *testing.T) {
	first := true
	e := &ear{before: func(b *tap.Batch) {
		if first {
			b.Hold()
			b.Done(errors.New("no room"))
		}
		first = false
	}}
	spec := tap.Spec{Policy: tap.Block, Feeds: tap.Commands, MaxBatch: 2}
	tapped(t, spec, e, func(t *testing.T, b *actorstest.Broker, c *actorstest.Client) {
		const refused = "-ERR 'Message Not Recorded'"
		c.Send("PUB a 0", "", "PUB b 0", "", "PUB c 0", "", "PUB d 0", "")
		c.Expect(refused, refused, refused, refused)
		told := map[uint64]string{}
		for _, r := range e.heard() {
			told[r.Seq] = line(&r)
		}
		for _, subject := range []string{"c", "d"} {
			assert.Contains(t, slices.Collect(maps.Values(told)), "published "+subject+" size=0 refused (Message Not Recorded)", "in the end")
		}
	})
}
