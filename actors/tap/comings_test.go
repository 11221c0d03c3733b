package tap_test

import (
	"context"
	"testing"
	"testing/synctest"
	"time"

	"github.com/asynkron/protoactor-go/actor"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/troupe-mq/troupe/actors"
	"github.com/troupe-mq/troupe/actors/actorstest"
	"github.com/troupe-mq/troupe/actors/client"
	"github.com/troupe-mq/troupe/actors/tap"
)

func TestTapsComeAndGo(t *testing.T) {
	first, second := &ear{}, &ear{}
	tapped(t, tap.Spec{Name: "first"}, first, func(t *testing.T, b *actorstest.Broker, c *actorstest.Client) {
		spec := tap.Spec{Name: "second", Policy: tap.Block}
		require.NoError(t, b.AddTap(spec, second.produce))
		require.ErrorIs(t, b.AddTap(spec, second.produce), tap.ErrSpec)
		c.Send("PUB a 0", "")
		c.Fence()
		require.NoError(t, b.RemoveTap("second"))
		require.ErrorIs(t, b.RemoveTap("second"), tap.ErrSpec)
		c.Send("PUB b 0", "")
		c.Fence()
		actorstest.Advance(t, time.Second)
		assert.Equal(t, []string{"tap_added tap=second", "published a size=0 accepted", "tap_removed tap=second"}, second.lines())
		lines := first.lines()
		assert.Contains(t, lines, "tap_added tap=second")
		assert.Contains(t, lines, "tap_removed tap=second")
		assert.Contains(t, lines, "published b size=0 no_interest")
		require.Len(t, b.Taps(), 1)
		require.NoError(t, b.AddTap(spec, second.produce))
	})
}

// A tap that is there from the start may join at once: whatever a client needs is
// there before it.
func TestFirstTapsJoin(t *testing.T) {
	for range 200 {
		done := make(chan struct{})
		b, err := actors.Start(t.Context(), actors.Config{NoListen: true}, actors.WithTap(tap.Spec{Name: "first"}, func() actor.Actor {
			return actor.ReceiveFunc(func(ctx actor.Context) {
				switch ctx.Message().(type) {
				case *actor.Started:
					if c, err := client.Join(ctx, client.Options{}); err == nil {
						_ = c.Flush() // who waits for it tells
					}
				case *client.Flushed:
					close(done)
				}
			})
		}))
		require.NoError(t, err)
		select {
		case <-done:
		case <-time.After(time.Minute):
			require.Fail(t, "nothing was flushed")
		}
		require.NoError(t, b.Stop(t.Context()))
	}
}

// speaker is a tap that is a client as well.
type speaker struct{ client *client.Client }

func (s *speaker) Receive(ctx actor.Context) {
	switch m := ctx.Message().(type) {
	case *actor.Started:
		s.client, _ = client.Join(ctx, client.Options{})
	case *tap.Batch:
		for r := range m.Records() {
			_ = s.client.Publish(&client.Message{Subject: "seen." + r.Subject, Data: r.Payload})
		}
	}
}

// TestTapThatPublishes: what actors publish passes by the taps too, and a tap may
// be one of them.
func TestTapThatPublishes(t *testing.T) {
	e := &ear{}
	tapped(t, tap.Spec{Policy: tap.Block, Feeds: tap.Commands, Subjects: []string{"seen.>"}}, e,
		func(t *testing.T, b *actorstest.Broker, c *actorstest.Client) {
			spec := tap.Spec{Name: "speaker", Feeds: tap.Commands, Subjects: []string{"a"}, Payload: tap.PayloadAll}
			require.NoError(t, b.AddTap(spec, func() actor.Actor { return new(speaker) }))
			c.Send("SUB seen.* 1", "PUB a 1", "x")
			actorstest.Advance(t, time.Second)
			c.Expect("MSG seen.a 1 1", "x")
			seen := e.heard()
			require.Len(t, seen, 1)
			assert.Equal(t, "actor", seen[0].Origin.Kind)
		})
}

// TestTapSeesTheEnd: a broker that stops leaves nothing untold.
func TestTapSeesTheEnd(t *testing.T) {
	e := &ear{}
	tapped(t, tap.Spec{MaxDelay: time.Hour}, e, func(t *testing.T, b *actorstest.Broker, c *actorstest.Client) {
		c.Send("PUB a 0", "")
		c.Fence()
		require.NoError(t, b.Stop(t.Context()))
		lines := e.lines()
		require.NotEmpty(t, lines)
		assert.Contains(t, lines, "published a size=0 no_interest")
		assert.Contains(t, lines, "disconnected (Server Shutdown)")
	})
}

func TestStopWithATapThatHangs(t *testing.T) {
	free := make(chan struct{})
	hangs := func(*tap.Batch) { <-free }
	e := &ear{before: hangs}
	tapped(t, tap.Spec{Policy: tap.Block, Feeds: tap.Commands}, e, func(t *testing.T, b *actorstest.Broker, c *actorstest.Client) {
		free = make(chan struct{})
		require.NoError(t, b.AddTap(tap.Spec{Name: "other"}, (&ear{before: hangs}).produce))
		c.Send("PUB a 0", "", "PING")
		synctest.Wait()
		began := time.Now()
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		_ = b.Stop(ctx)
		assert.Less(t, time.Since(began), 2*time.Second)
		c.Expect("-ERR 'Message Not Recorded'")
		l := b.Stats().Ledger
		assert.Equal(t, uint64(1), l.Refused)
		assert.Equal(t, l.In, l.Routed+l.NoInterest+l.Refused)
		close(free)
	})
}
